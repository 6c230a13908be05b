// SPDX-License-Identifier: BSL-1.0
/// \file
/// The handshake's path has proven itself, and the server may prefer another (RFC 9000 9.6).
#pragma once

#include <quoin/connection/step/connection_ids.hpp>
#include <quoin/connection/step/paths.hpp>

namespace quoin::step {

/// Server: tells the client where it would rather be talked to, with a connection ID for that (RFC 9000 9.6.1).
template <class Stack>
void offer_preferred_address(connection_state<Stack>& state, preferred_addresses const& offered) {
  // RFC 9000 18.2: who is addressed without an ID has none to give.
  if (state.self == role::client || !offered.any() || state.first_local_id.empty()) return;
  auto const id = state.make_local_id();
  // With few random bytes an ID may be drawn twice; then there is no offer.
  if (state.local_ids.contains(id)) return;
  auto const token = state.reset_token_of(id);
  state.local_ids.add_preferred(id, token);
  report_id(state, id, true);
  state.local_parameters.preferred_address = wire::preferred_address{offered.v4, offered.v6, id, token};
}

/// RFC 9000 21.5.3: a server must not make its clients talk to whom only they can reach.
inline bool is_fit_for_strangers(socket_address const& address) noexcept {
  auto const& ip = address.ip;
  if (address.port == 0) return false;
  if (address.family == address_family::v4)
    return ip[0] != 0 && ip[0] != 127 && ip[0] < 224 && !(ip[0] == 169 && ip[1] == 254);
  bool const low = std::all_of(ip.begin(), ip.begin() + 12, [](std::uint8_t byte) { return byte == 0; });
  return address.family == address_family::v6 && !low && ip[0] != 0xff && !(ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80);
}

/// Client: looks whether the server can be reached where it prefers to be. It is used only once that is sure.
template <class Stack>
void try_preferred_address(connection_state<Stack>& state, instant now) {
  auto const& theirs = state.peer_parameters->preferred_address;
  if (state.self == role::server || !theirs || !state.settings.use_preferred_address) return;
  auto const& here = state.paths.active().addresses;
  auto const& preferred = here.remote.family == address_family::v4 ? theirs->v4 : theirs->v6;
  if (!preferred.known() || preferred == here.remote) return;
  if (!is_fit_for_strangers(preferred) && is_fit_for_strangers(here.remote)) return;
  auto* const path = open_path(state, {here.local, preferred}, now);
  if (path == nullptr) return;
  // Whoever is there gets one small exchange of probes and nothing else before it has answered.
  path->amplification.validate();
  path->wanted = true;
  begin_validation(state, *path, now);
}

/// The handshake is confirmed: packets reach the peer on the path that it took.
template <class Stack>
void confirm_path(connection_state<Stack>& state, instant now) {
  auto& path = state.paths.active();
  path.validated = path.carries_estimates = true;
  path.validated_at = now;
  path.amplification.validate();
  try_preferred_address(state, now);
}

}  // namespace quoin::step
