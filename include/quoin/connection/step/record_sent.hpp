// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is remembered of a packet when it leaves (RFC 9002 A.5, RFC 9000 10.1).
#pragma once

#include <quoin/connection/step/packet_draft.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/policy/io.hpp>

namespace quoin::step {

/// What must be allowed at least for a datagram to be begun: in the handshake a full one, as Initial packets must be
/// padded.
template <class Stack>
std::size_t smallest_datagram(connection_state<Stack> const& state) {
  return state.handshake_confirmed ? limits::smallest_probe : state.paths.active().datagram_size();
}

/// RFC 9000 21.4: numbers left out at random expose a peer that acknowledges what it never got.
template <class Stack>
void maybe_skip_number(connection_state<Stack>& state) {
  if (state.numbers_until_skip-- > 0) return;
  state.recovery.skip_number(packet_space::application);
  state.numbers_until_skip = 256 + state.random_number() % 1024;
}

/// Tells recovery and the observer of a packet that is complete but for its seal, and the idle timer.
template <class Stack>
void record_sent(connection_state<Stack>& state, packet_draft const& draft, sent_packet const& packet, instant now) {
  state.tell([&] {
    return event::packet_sent{now,         kind_of(draft.level), packet.number,         packet.size, draft.payload(),
                              packet.mark, packet.path,          path_id_in_hand(state)};
  });
  state.recovery.on_sent(space_of(draft.level), packet, {draft.frames.data(), draft.frames.size()}, now);
  ++state.counts.packets_sent;
  if (packet.ack_eliciting && !state.eliciting_since_activity) {
    // RFC 9000 10.1: the first packet that wants an answer since something arrived restarts the idle timer.
    state.eliciting_since_activity = true;
    state.last_activity = now;
  }
  if (draft.level == encryption_level::one_rtt && packet.ack_eliciting) maybe_skip_number(state);
}

/// Finishes a 1-RTT packet that is a datagram of its own, without a mark: it tests something else.
template <class Stack>
outgoing seal_alone(connection_state<Stack>& state, packet_draft const& draft, path_record& path, bool mtu_probe,
                    instant now) {
  auto const bytes = draft.bytes.first(draft.size());
  record_sent(state, draft, {draft.number, bytes.size(), true, true, ecn::not_ect, path.id, mtu_probe}, now);
  packet_to_seal packet{bytes, draft.header.packet_number_offset, draft.number_size, draft.number};
  state.application_keys.seal({&packet, 1});
  path.amplification.on_sent(bytes.size());
  state.counts.bytes_sent += bytes.size();
  return {path.addresses, bytes, bytes.size(), ecn::not_ect};
}

}  // namespace quoin::step
