// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packets that are dropped, and those that wait for their keys (RFC 9001 5.7).
#pragma once

#include <quoin/connection/step/early_data.hpp>

namespace quoin::step {

template <class Stack>
void drop(connection_state<Stack>& state, event::packet_kind kind, event::drop_reason reason, std::size_t size,
          instant now) {
  ++state.counts.packets_dropped;
  state.tell([&] { return event::packet_dropped{now, kind, reason, size}; });
}

/// Whether the keys of a level will still come, so that a packet is worth keeping (RFC 9001 5.7).
template <class Stack>
bool keys_may_come(connection_state<Stack> const& state, event::packet_kind kind) {
  if (kind == event::packet_kind::zero_rtt) return early_keys_may_come(state);
  if (kind == event::packet_kind::handshake) return !state.handshake_discarded && !state.handshake_keys.can_open();
  return kind == event::packet_kind::one_rtt && !state.application_keys.can_open();
}

/// Keeps a packet until its keys arrive, within caps.
template <class Stack>
void hold(connection_state<Stack>& state, byte_view packet, event::packet_kind kind, ecn mark, instant now) {
  if (!keys_may_come(state, kind)) return drop(state, kind, event::drop_reason::keys_unavailable, packet.size(), now);
  if (state.held.full() || state.held_bytes + packet.size() > limits::undecryptable_bytes)
    return drop(state, kind, event::drop_reason::buffer_full, packet.size(), now);
  state.held.push_back({{packet.begin(), packet.end()}, mark});
  state.held_bytes += packet.size();
}

/// Which keys there are, to notice when that changes.
template <class Stack>
unsigned openable_levels(connection_state<Stack> const& state) {
  unsigned early = 0;
  if constexpr (can_resume<Stack>) early = state.early.keys.can_open() ? 4U : 0U;
  return early | (state.handshake_keys.can_open() ? 1U : 0U) | (state.application_keys.can_open() ? 2U : 0U);
}

/// How things stood before the handshake may have gone on.
struct before_new_keys {
  unsigned opened = 0;
  bool withheld = false;
};

}  // namespace quoin::step
