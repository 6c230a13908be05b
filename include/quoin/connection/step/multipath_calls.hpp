// SPDX-License-Identifier: BSL-1.0
/// \file
/// The application opens, abandons and prefers paths (draft-ietf-quic-multipath 3).
#pragma once

#include <quoin/connection/path_facts.hpp>
#include <quoin/connection/step/by_path.hpp>
#include <quoin/connection/step/memory.hpp>
#include <quoin/connection/step/migrate.hpp>

namespace quoin::step {

/// Why the client must not open a path to `remote` now, if it must not (draft-ietf-quic-multipath 2.2, 3).
template <class Stack>
std::optional<path_errc> opening_obstacle(connection_state<Stack> const& state, socket_address const& remote) {
  if (state.phase != life_phase::open) return path_errc::connection_closed;
  if (state.self == role::server) return path_errc::server;
  if (!state.handshake_confirmed) return path_errc::not_confirmed;
  if (!state.path_spaces.negotiated()) return path_errc::no_multipath;
  // The prohibition holds for the address that the server had in the handshake.
  auto const& preferred = state.peer_parameters->preferred_address;
  bool const moved = preferred && (remote == preferred->v4 || remote == preferred->v6);
  if (state.peer_parameters->disable_active_migration && !moved) return path_errc::forbidden;
  return std::nullopt;
}

/// The smallest unused path ID that both ends have connection IDs for (draft-ietf-quic-multipath 3). Where there is
/// none, the peer is told what was missing (draft-ietf-quic-multipath 4.7).
template <class Stack>
basic_result<path_entry<Stack>*, path_errc> unused_path(connection_state<Stack>& state) {
  auto& spaces = state.path_spaces;
  path_entry<Stack>* without_ids = nullptr;
  for (auto& each : spaces.entries()) {
    if (each.standing != path_standing::unused || each.id > common_maximum(state)) continue;
    if (peer_ids_of(state, each).active() > 0 && local_ids_of(state, each).active() > 0) return &each;
    if (without_ids == nullptr) without_ids = &each;
  }
  if (without_ids != nullptr) {
    without_ids->cids_blocked_owed = true;
    return unexpected{path_errc::no_connection_id};
  }
  if (spaces.peer_maximum() <= spaces.maximum()) spaces.paths_blocked_owed = true;
  return unexpected{path_errc::too_many};
}

template <class Stack>
multipath_result open_path_to(connection_state<Stack>& state, network_path const& addresses, instant now) {
  if (auto const obstacle = opening_obstacle(state, addresses.remote)) return unexpected{*obstacle};
  auto const unused = unused_path(state);
  if (!unused) return unexpected{unused.error()};
  auto& entry = **unused;
  path_in_hand<connection_state<Stack>> const hand{state, entry.id};
  state.paths.active().addresses = addresses;
  // A server's address is its own affair: the limit of RFC 9000 8 is for servers.
  state.paths.active().amplification.validate();
  begin_path(state, entry, now);
  return entry.id;
}

template <class Stack>
path_facts facts_of(connection_state<Stack> const& state, path_entry<Stack> const& entry) {
  auto const& path = paths_of(state, entry).active();
  auto const& recovery = recovery_of(state, entry);
  path_facts facts;
  facts.id = entry.id;
  facts.addresses = path.addresses;
  facts.standing = entry.standing;
  facts.backup = entry.backup;
  facts.peer_backup = entry.peer_backup;
  facts.silent = is_silent(state, entry);
  facts.rtt = recovery.rtt();
  facts.congestion_window = recovery.window();
  facts.bytes_in_flight = recovery.bytes_in_flight();
  facts.datagram_size = path.datagram_size();
  facts.sent = recovery.statistics();
  return facts;
}

}  // namespace quoin::step

// What the extension's API calls, found by its argument.
namespace quoin {

template <class Stack>
multipath_result multipath_open(connection_state<Stack>& state, socket_address const& local,
                                socket_address const& remote, instant now) {
  multipath_result opened = unexpected{path_errc::connection_closed};
  step::within_memory(state, now, [&] { opened = step::open_path_to(state, {local, remote}, now); });
  return opened;
}

template <class Stack>
path_outcome multipath_abandon(connection_state<Stack>& state, std::uint32_t id, instant now) {
  if (!state.usable()) return unexpected{path_errc::connection_closed};
  auto* const entry = state.path_spaces.find(id);
  if (entry == nullptr || entry->standing == path_standing::unused || entry->standing == path_standing::abandoned)
    return unexpected{path_errc::unknown_path};
  if (!step::has_other_open_path(state, id)) return unexpected{path_errc::last_path};
  step::within_memory(state, now, [&] {
    step::abandon_path(state, *entry, static_cast<std::uint64_t>(path_abandon_code::application_abandon_path));
    step::choose_hand(state);
  });
  return {};
}

template <class Stack>
path_outcome multipath_prefer(connection_state<Stack>& state, std::uint32_t id, bool backup) {
  if (!state.usable()) return unexpected{path_errc::connection_closed};
  auto* const entry = state.path_spaces.find(id);
  if (!state.path_spaces.negotiated()) return unexpected{path_errc::no_multipath};
  if (entry == nullptr || entry->standing == path_standing::abandoned || id > state.path_spaces.peer_maximum())
    return unexpected{path_errc::unknown_path};
  entry->backup = backup;
  entry->status_owed = true;
  ++entry->status_sequence;
  return {};
}

template <class Stack>
path_list multipath_paths(connection_state<Stack> const& state) {
  path_list list;
  for (auto const& each : state.path_spaces.entries())
    if (each.standing != path_standing::unused) list.push_back(step::facts_of(state, each));
  return list;
}

}  // namespace quoin
