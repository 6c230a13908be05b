// SPDX-License-Identifier: BSL-1.0
/// \file
/// Path IDs and the connection IDs of each: issued, received, blocked, abandoned (draft-ietf-quic-multipath 3.2, 3.4).
#pragma once

#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/connection_ids.hpp>
#include <quoin/connection/step/outcomes.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/core/multipath_error.hpp>
#include <quoin/wire/frame/multipath.hpp>

namespace quoin::step {

// ---- the parts of a path, in hand or not

template <class State, class Entry>
auto& local_ids_of(State& state, Entry& entry) noexcept {
  return entry.kept ? entry.kept->local_ids : state.local_ids;
}
template <class State, class Entry>
auto& peer_ids_of(State& state, Entry& entry) noexcept {
  return entry.kept ? entry.kept->peer_ids : state.peer_ids;
}
template <class State, class Entry>
auto& recovery_of(State& state, Entry& entry) noexcept {
  return entry.kept ? entry.kept->recovery : state.recovery;
}
template <class State, class Entry>
auto& paths_of(State& state, Entry& entry) noexcept {
  return entry.kept ? entry.kept->paths : state.paths;
}
template <class State, class Entry>
auto& received_of(State& state, Entry& entry) noexcept {
  return entry.kept ? entry.kept->received : state.received[index_of(packet_space::application)];
}

// ---- issuing

/// The highest path ID that both ends may use.
template <class Stack>
std::uint32_t common_maximum(connection_state<Stack> const& state) noexcept {
  return std::min(state.path_spaces.maximum(), state.path_spaces.peer_maximum());
}

/// RECOMMENDED by draft-ietf-quic-multipath 3.2.1: each path ID that may be used has connection IDs before it is.
template <class Stack>
void issue_path_connection_ids(connection_state<Stack>& state) {
  for (auto& each : state.path_spaces.entries()) {
    if (each.id == 0 || each.id > common_maximum(state) || each.standing == path_standing::abandoned) continue;
    if (!issue_into(state, local_ids_of(state, each))) return;
  }
}

/// A path ID that the peer may use from now on.
template <class Stack>
void add_path_id(connection_state<Stack>& state, std::uint32_t id) {
  auto space = std::make_unique<path_space<Stack>>(state.self, state.paths.take_name(), state.fresh_path());
  // What was announced holds for every path (RFC 9000 13.2.1), and so does what was asked for since: a request says
  // nothing of paths (draft-ietf-quic-ack-frequency 4).
  space->recovery.set_max_ack_delay(state.recovery.max_ack_delay());
  space->received.take_rules(state.received_in(packet_space::application));
  space->local_ids.set_peer_limit(
      std::min<std::uint64_t>(state.peer_parameters->active_connection_id_limit, limits::multipath_connection_ids));
  state.path_spaces.add(id, std::move(space));
}

/// The handshake is complete, and both ends have said how many paths they are willing to maintain.
template <class Stack>
void begin_multipath(connection_state<Stack>& state) {
  if (!state.path_spaces.negotiated()) return;
  for (std::uint32_t id = 1; id <= state.path_spaces.maximum(); ++id) add_path_id(state, id);
  issue_path_connection_ids(state);
}

// ---- abandoning

template <class Stack>
bool is_usable(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  return entry.standing == path_standing::open && peer_ids_of(state, entry).active() > 0;
}

/// Whether some other path than `id` is open.
template <class Stack>
bool has_other_open_path(connection_state<Stack> const& state, std::uint32_t id) noexcept {
  auto const& entries = state.path_spaces.entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&](auto const& each) { return each.id != id && is_usable(state, each); });
}

/// The same, or is about to be: its peer may have moved there for good before it was proven here.
template <class Stack>
bool has_other_path(connection_state<Stack> const& state, std::uint32_t id) noexcept {
  auto const& entries = state.path_spaces.entries();
  return has_other_open_path(state, id) || std::any_of(entries.begin(), entries.end(), [&](auto const& each) {
           return each.id != id && each.standing == path_standing::validating;
         });
}

/// draft-ietf-quic-multipath 3.4: nothing is sent on the path any more, and the peer is told so on another one. What is
/// under way is still received and acknowledged.
template <class Stack>
[[gnu::cold]] void abandon_path(connection_state<Stack>& state, path_entry<Stack>& entry, std::uint64_t code) {
  if (entry.standing == path_standing::abandoned) return;
  if (entry.standing != path_standing::unused)
    state.events.push_back({connection_event::kind::path_closed, {}, entry.id});
  entry.standing = path_standing::abandoned;
  entry.abandon_owed = true;
  entry.abandon_code = code;
  entry.status_owed = entry.cids_blocked_owed = false;
}

/// Both ends have abandoned it, and what was under way has had time to arrive. The peer may use a new one instead.
template <class Stack>
[[gnu::cold]] void forget_path(connection_state<Stack>& state, std::uint32_t id, instant now) {
  auto& spaces = state.path_spaces;
  QUOIN_ASSERT(id != spaces.in_hand());
  {
    // draft-ietf-quic-multipath 3.4.3: what is not acknowledged by now counts as lost.
    path_in_hand<connection_state<Stack>> const hand{state, id};
    state.recovery.reclaim(packet_space::application, frame_outcomes<Stack>{state, now});
    state.local_ids.for_each_active([&](connection_id const& ours) { report_id(state, ours, false); });
  }
  state.application_keys.forget_path(id);
  spaces.remove(id);
  // A new path takes a name, of which there are as many as a peer that abandons one after the other can use up.
  if (state.paths.exhausted() || !spaces.raise_maximum()) return;
  add_path_id(state, spaces.maximum());
  issue_path_connection_ids(state);
}

}  // namespace quoin::step
