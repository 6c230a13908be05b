// SPDX-License-Identifier: BSL-1.0
/// \file
/// What becomes of frames that were sent: acknowledged, lost, or to be repeated by a probe (RFC 9000 13.3).
#pragma once

#include <quoin/connection/step/path_in_hand.hpp>

namespace quoin::step {

/// Passes the outcomes that recovery finds to the components whose frames they were.
template <class Stack>
struct frame_outcomes {
  connection_state<Stack>& state;
  instant now;

  void acked(packet_space space, packet_number, sent_frame const& frame) {
    if constexpr (extension_states_of<Stack>::any)
      if (frame.what == sent_frame::kind::extension) return state.extensions.on_acked(state, frame, now);
    switch (frame.what) {
      case sent_frame::kind::ack: state.received_in(space).on_ack_acknowledged(frame.offset); return;
      case sent_frame::kind::crypto: state.crypto_of(space).on_acked(frame); return;
      case sent_frame::kind::new_connection_id: state.local_ids.on_acked(frame.id); return;
      case sent_frame::kind::retire_connection_id: state.peer_ids.on_acked(frame.id); return;
      case sent_frame::kind::mtu_probe:
        if (auto* const path = path_of(frame)) path->mtu.on_probe_acked(frame.length, now);
        return;
      case sent_frame::kind::ping:
      case sent_frame::kind::new_token:
      case sent_frame::kind::handshake_done: return;
      default: state.streams.on_acked(frame); return;
    }
  }

  void lost(packet_space space, sent_frame const& frame) {
    if constexpr (extension_states_of<Stack>::any)
      if (frame.what == sent_frame::kind::extension) return state.extensions.on_lost(state, frame, now);
    switch (frame.what) {
      // An ACK is never repeated: the next one says more. A PING has done its work by being declared lost.
      case sent_frame::kind::ack:
      case sent_frame::kind::ping: return;
      case sent_frame::kind::mtu_probe:
        if (auto* const path = path_of(frame)) path->mtu.on_probe_lost(frame.length, now);
        return;
      case sent_frame::kind::crypto: state.crypto_of(space).on_lost(frame); return;
      case sent_frame::kind::new_connection_id: state.local_ids.on_lost(frame.id); return;
      case sent_frame::kind::retire_connection_id: state.peer_ids.on_lost(frame.id); return;
      case sent_frame::kind::new_token: state.new_token_pending = true; return;
      case sent_frame::kind::handshake_done: state.handshake_done_pending = true; return;
      default: state.streams.on_lost(frame); return;
    }
  }

  /// A probe repeats what may be lost (RFC 9002 6.2.4); the original still counts if it arrives. What extensions sent
  /// is repeated, if at all, once it is lost; a probe of the MTU is not.
  void probe(packet_space space, sent_frame const& frame) {
    if (frame.what == sent_frame::kind::mtu_probe) return;
    if constexpr (extension_states_of<Stack>::any)
      if (frame.what == sent_frame::kind::extension) return;
    lost(space, frame);
  }

  void packet_acked(packet_space, packet_number number, byte_count size) {
    state.paths.active().mtu.on_acked(number, static_cast<std::size_t>(size));
  }

  void packet_lost(packet_space space, packet_number number, byte_count size, event::loss_trigger trigger) {
    ++state.counts.packets_lost;
    if (space == packet_space::application) state.paths.active().mtu.on_lost(number, static_cast<std::size_t>(size));
    state.tell([&] { return event::packet_lost{now, space, number, size, trigger, path_id_in_hand(state)}; });
  }

  path_record* path_of(sent_frame const& frame) { return state.paths.find(static_cast<path_id>(frame.id)); }
};

template <class Stack>
void tell_metrics(connection_state<Stack>& state, instant now) {
  state.tell([&] {
    auto const& rtt = state.recovery.rtt();
    return event::metrics_updated{now,
                                  rtt.latest,
                                  rtt.min,
                                  rtt.smoothed,
                                  rtt.variation,
                                  state.recovery.window(),
                                  state.recovery.bytes_in_flight(),
                                  state.recovery.pto_count(),
                                  state.recovery.pacing_rate(),
                                  path_id_in_hand(state)};
  });
}

}  // namespace quoin::step
