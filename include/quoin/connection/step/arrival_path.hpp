// SPDX-License-Identifier: BSL-1.0
/// \file
/// On which path a datagram came, and whether the peer has moved there (RFC 9000 9.3).
#pragma once

#include <quoin/connection/step/paths.hpp>
#include <quoin/policy/io.hpp>

namespace quoin::step {

/// The path of an arrival. One that is not known becomes so by its first authentic packet that is new, and not before:
/// nobody else can make us remember an address.
struct incoming_path {
  arrival const& from;
  std::optional<path_id> id;
};

template <class Stack>
bool is_preferred_address(connection_state<Stack> const& state, socket_address const& local) {
  auto const& preferred = state.local_parameters.preferred_address;
  return state.self == role::server && preferred && (local == preferred->v4 || local == preferred->v6);
}

/// Whether packets from a path that is not known are looked at. RFC 9000 9: only clients move, and not before the
/// handshake is confirmed. Where active migration was forbidden, another port is still taken for a NAT's doing.
template <class Stack>
bool may_become_path(connection_state<Stack> const& state, network_path const& addresses, instant now) {
  if (state.self == role::client || state.phase != life_phase::open) return false;
  if (!state.handshake_confirmed || state.paths.paused(now)) return false;
  auto const& active = state.paths.active().addresses;
  bool const here = addresses.local == active.local;
  if (!here && !is_preferred_address(state, addresses.local)) return false;
  return !here || !state.settings.disable_active_migration || is_port_change(addresses, active);
}

/// An authentic packet, addressed to `destination`, has come from a path that was not known. False when no more paths
/// can be told apart.
template <class Stack>
bool open_arrival_path(connection_state<Stack>& state, incoming_path& via, connection_id const& destination,
                       instant now) {
  auto* const path = open_path(state, via.from.path, now);
  if (path == nullptr) return false;
  via.id = path->id;
  path->amplification.on_received(via.from.bytes.size());
  // RFC 9000 9.5: where the peer goes on with the ID that it used on the path in use, something between us has moved
  // it, and so may we.
  if (!path->peer_id && destination == state.paths.active().destination)
    path->peer_id = state.peer_ids.current_sequence();
  begin_validation(state, *path, now);
  return true;
}

/// A packet that does more than probe, with a higher number than any before, came on a path that is not in use.
template <class Stack>
void follow_peer(connection_state<Stack>& state, path_id id, instant now) {
  auto* const path = state.paths.find(id);
  auto& active = state.paths.active();
  if (path == nullptr || state.self == role::client) return;
  if (!(path->addresses.local == active.addresses.local)) {
    // RFC 9000 9.6.2: to our preferred address not before it is validated, and never back.
    if (!is_preferred_address(state, path->addresses.local)) return;
    if (!path->validated) {
      path->wanted = true;
      return;
    }
  }
  // RFC 9000 9.3: without an ID of the peer's nothing can be sent there; its next packet asks again.
  if (destination_on(state, *path) == nullptr) return;
  if (!path->validated && !path->validation.under_way()) begin_validation(state, *path, now);
  // RFC 9000 9.3.3: if the old path still works, the peer's answer shows it, and may bring us back.
  if (active.validated && !active.validation.under_way()) begin_validation(state, active, now);
  use_path(state, id, now);
}

}  // namespace quoin::step
