// SPDX-License-Identifier: BSL-1.0
/// \file
/// The application, or the network beneath, asks for another path (RFC 9000 9.1, 9.2, 14.2).
#pragma once

#include <quoin/connection/path_error.hpp>
#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/paths.hpp>

namespace quoin::step {

/// Why the client must not use another local address now (RFC 9000 9, 9.5), if it must not.
template <class Stack>
std::optional<path_errc> migration_obstacle(connection_state<Stack> const& state) {
  if (state.phase != life_phase::open) return path_errc::connection_closed;
  if (state.self == role::server) return path_errc::server;
  if (!state.handshake_confirmed) return path_errc::not_confirmed;
  // RFC 9000 18.2: the prohibition holds for the address that the server had in the handshake.
  auto const& preferred = state.peer_parameters->preferred_address;
  auto const& remote = state.paths.active().addresses.remote;
  bool const moved = preferred && (remote == preferred->v4 || remote == preferred->v6);
  if (state.peer_parameters->disable_active_migration && !moved) return path_errc::forbidden;
  if (state.peer_ids.without_ids()) return path_errc::no_connection_id;
  return std::nullopt;
}

/// Probes the way from `local` to the peer; `move` says that it shall be used once it works.
template <class Stack>
path_result try_path(connection_state<Stack>& state, socket_address const& local, bool move, instant now) {
  if (auto const obstacle = migration_obstacle(state)) return unexpected{*obstacle};
  network_path const wanted{local, state.paths.active().addresses.remote};
  if (wanted == state.paths.active().addresses) return state.paths.active().id;
  auto* path = state.paths.find_if([&](path_record const& known) { return known.addresses == wanted; });
  if (path == nullptr) {
    path = open_path(state, wanted, now);
    if (path == nullptr) return unexpected{path_errc::too_many};
    // The server's address is known to be its own: there is nobody whom more than three times could hurt.
    path->amplification.validate();
  }
  auto const id = path->id;
  if (destination_on(state, *path) == nullptr) {
    close_path(state, id, now);
    return unexpected{path_errc::no_connection_id};
  }
  path->kept = path->kept || !move;
  if (move && path->validated) {
    use_path(state, id, now);
    announce_move(state);
    return id;
  }
  path->wanted = path->wanted || move;
  if (!path->validated && !path->validation.under_way()) begin_validation(state, *path, now);
  return id;
}

/// RFC 9000 14.2: an interface that takes no 1200 bytes cannot be used for QUIC. It has to say so more than once, for a
/// single refusal is no more than a loss, and about a path without which there is none: whether others work, their
/// validation finds out. A smaller limit than ours is only too high.
template <class Stack>
void on_datagram_refused(connection_state<Stack>& state, network_path const& addresses, std::size_t size,
                         bool has_other, instant now) {
  auto* const path = state.paths.find(addresses);
  if (path == nullptr || size < limits::initial_datagram) return;
  if (size > limits::initial_datagram) return path->mtu.on_refused(size, now);
  constexpr unsigned enough = 3;
  bool const only = !has_other && path == &state.paths.active() && state.paths.last_validated() == nullptr;
  if (only && ++path->refusals == enough)
    close_with(state, {error_code::no_viable_path, "the network takes no datagrams of 1200 bytes", 0}, now);
}

}  // namespace quoin::step
