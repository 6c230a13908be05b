// SPDX-License-Identifier: BSL-1.0
/// \file
/// Issuing and retiring connection IDs (RFC 9000 5.1).
#pragma once

#include <quoin/connection/step/state.hpp>

#include <algorithm>

namespace quoin::step {

template <class Stack>
void report_id(connection_state<Stack>& state, connection_id const& id, bool added) {
  if (state.report_connection_ids) state.id_changes.push_back({id, added});
}

/// RFC 9000 7.2: at least eight unpredictable bytes until the server has chosen.
inline constexpr std::size_t first_destination_size = 8;

/// A client names its server until the server does, for each attempt anew.
template <class Stack>
void choose_first_destination(connection_state<Stack>& state) {
  std::array<std::uint8_t, first_destination_size> bytes{};
  state.entropy.fill(bytes);
  state.original_destination = *connection_id::from(bytes);
  state.peer_ids.set_first(state.original_destination);
}

/// Whether one of our IDs leads to this connection already, on whatever path (draft-ietf-quic-multipath 3.2.1: on one).
template <class Stack>
bool is_issued(connection_state<Stack> const& state, connection_id const& id) {
  if (state.local_ids.contains(id)) return true;
  if constexpr (speaks_multipath<Stack>) {
    auto const& entries = state.path_spaces.entries();
    return std::any_of(entries.begin(), entries.end(),
                       [&](auto const& each) { return each.kept && each.kept->local_ids.contains(id); });
  }
  return false;
}

/// Issues as many of `ids`, which are those of one path, as the peer is willing to store. False when there are no free
/// ones: better fewer IDs than doubtful ones.
template <class Stack>
bool issue_into(connection_state<Stack>& state, local_connection_ids& ids) {
  while (ids.wants_more()) {
    auto const id = state.make_local_id();
    // A collision with an ID in use would make packets ambiguous; with random IDs it does not happen twice.
    if (is_issued(state, id)) continue;
    if (state.is_taken && state.is_taken(id)) return false;
    ids.add(id, state.reset_token_of(id));
    report_id(state, id, true);
  }
  return true;
}

/// Issues as many IDs as the peer is willing to store (RFC 9000 5.1.1).
template <class Stack>
void issue_connection_ids(connection_state<Stack>& state) {
  issue_into(state, state.local_ids);
}

/// RFC 9000 19.16: the peer has no more use for one of our IDs; it gets another.
template <class Stack>
result<> on_retire_connection_id(connection_state<Stack>& state, std::uint64_t sequence,
                                 connection_id const& packet_destination) {
  auto const retired = state.local_ids.on_retire(sequence, packet_destination);
  if (!retired) return unexpected{retired.error()};
  if (*retired) report_id(state, **retired, false);
  issue_connection_ids(state);
  return {};
}

}  // namespace quoin::step
