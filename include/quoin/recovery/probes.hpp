// SPDX-License-Identifier: BSL-1.0
/// \file
/// What becomes of a probe timeout: packets that must be sent whatever the window says (RFC 9002 6.2.4).
#pragma once

#include <quoin/recovery/pto.hpp>

namespace quoin {

namespace detail {

template <class PacketState, class Sink>
void probe_oldest(packet_space space, basic_space_state<PacketState>& state, unsigned probes, Sink& sink) {
  for (auto i = state.packets.first_outstanding(); i < state.packets.size() && probes > 0; ++i) {
    auto const& record = state.packets[i];
    if (record.fate != packet_fate::outstanding || !record.ack_eliciting) continue;
    state.packets.for_each_frame(record, [&](sent_frame const& frame) { sink.probe(space, frame); });
    --probes;
  }
}

template <class PacketState, class Sink>
void owe(packet_space space, basic_space_state<PacketState>& state, unsigned probes, Sink& sink) {
  state.probes_owed = probes;
  probe_oldest(space, state, probes, sink);
}

}  // namespace detail

/// Two probes for the space whose timer went off, or one for it and for each other space that has something in flight:
/// the peer may be able to read only one of them (RFC 9002 6.2.4). `sink.probe` gets the frames to repeat.
template <class PacketState, class Sink>
void owe_probes(std::array<basic_space_state<PacketState>, packet_space_count>& spaces, probe_time const& probe,
                Sink& sink) {
  auto const at = [&](packet_space space) -> auto& {
    return spaces[index_of(space)];
  };
  if (probe.anti_deadlock) {
    at(probe.space).probes_owed = 1;
    return;
  }
  unsigned others = 0;
  for (auto const space : all_spaces) {
    if (space == probe.space || at(space).packets.ack_eliciting_outstanding() == 0) continue;
    if (space == packet_space::application && others > 0) continue;
    detail::owe(space, at(space), 1, sink);
    ++others;
  }
  detail::owe(probe.space, at(probe.space), others == 0 ? 2 : 1, sink);
}

}  // namespace quoin
