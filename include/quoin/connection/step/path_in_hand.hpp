// SPDX-License-Identifier: BSL-1.0
/// \file
/// Acting on one of several paths: its parts are brought to where the other steps look for them.
#pragma once

#include <quoin/connection/step/state.hpp>

namespace quoin::step {

/// Where a connection has no other path, the first is always in hand.
template <class Stack>
constexpr bool is_path_zero_in_hand([[maybe_unused]] connection_state<Stack> const& state) noexcept {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.in_hand() == 0;
  else
    return true;
}

/// The path ID of the path in hand, as observers are told it.
template <class Stack>
constexpr std::uint32_t path_id_in_hand([[maybe_unused]] connection_state<Stack> const& state) noexcept {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.in_hand();
  else
    return 0;
}

/// Does `act` with path `id` in hand. What is about a path that is no more does nothing (draft-ietf-quic-multipath 4).
template <class Stack, class Act>
result<> on_path(connection_state<Stack>& state, std::uint32_t id, Act&& act) {
  if (state.path_spaces.find(id) == nullptr) return {};
  path_in_hand<connection_state<Stack>> const hand{state, id};
  return act();
}

/// Whether what `matches` asks of a path ID and the peer's connection IDs for it is true of any path.
template <class Stack, class Predicate>
bool any_peer_ids(connection_state<Stack> const& state, Predicate&& matches) {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.any_peer_ids(state, matches);
  else
    return matches(std::uint32_t{0}, state.peer_ids);
}

/// The tokens of the peer's IDs that are in use, on whatever path.
template <class Stack, class Visit>
void for_each_peer_reset_token(connection_state<Stack> const& state, Visit&& visit) {
  static_cast<void>(any_peer_ids(state, [&](std::uint32_t, peer_connection_ids const& ids) {
    ids.for_each_reset_token(visit);
    return false;
  }));
}

/// Differs from one before if those tokens do: each path and its revision, mixed. A path that takes the place of
/// another may have come as far, so that neither of the two says it alone.
template <class Stack>
std::uint64_t peer_token_revision(connection_state<Stack> const& state) {
  std::uint64_t mixed = 0;
  static_cast<void>(any_peer_ids(state, [&](std::uint32_t path, peer_connection_ids const& ids) {
    auto const one = (std::uint64_t{path} << 32 | ids.token_revision()) + 1;
    mixed = (mixed ^ one) * 0x9e3779b97f4a7c15U;
    return false;
  }));
  return mixed;
}

/// The frames of the packet that is read next came to this ID under the keys of this phase.
template <class Stack>
constexpr void note_arrival([[maybe_unused]] connection_state<Stack>& state,
                            [[maybe_unused]] connection_id const& destination, [[maybe_unused]] std::uint64_t phase) {
  if constexpr (speaks_multipath<Stack>) {
    state.path_spaces.arrival_destination = destination;
    state.path_spaces.arrival_phase = phase;
  }
}

/// Whether the path in hand may carry more than acknowledgements and probes now.
template <class Stack>
constexpr bool may_carry_frames([[maybe_unused]] connection_state<Stack> const& state) noexcept {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.carries_frames;
  else
    return true;
}

/// Whether 1-RTT packets are acknowledged, and connection IDs issued, by path ID (draft-ietf-quic-multipath 2.3, 3.2).
template <class Stack>
constexpr bool names_paths([[maybe_unused]] connection_state<Stack> const& state) noexcept {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.negotiated() && state.handshake_complete;
  else
    return false;
}

}  // namespace quoin::step
