// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which QUIC version a connection speaks: what is offered, what a server chooses, how a client follows, and the proof
/// that nobody in between had a say (RFC 9368, RFC 9369 4).
#pragma once

#include <quoin/connection/step/keys.hpp>
#include <quoin/wire/packet/long_header.hpp>

#include <algorithm>
#include <span>

namespace quoin::step {

/// The first of `ours` that is among `theirs`; `negotiation` when there is none. Reserved versions are never meant.
template <class Listed>
version first_in_common(std::span<version const> ours, Listed&& listed) {
  for (auto const v : ours)
    if (!is_reserved(v) && listed(v)) return v;
  return version::negotiation;
}

/// What we say about versions. One of those that nobody speaks keeps peers in practice, and so does a client that
/// begins with one: what it chose is in its list, whatever it is (RFC 9368 3).
template <class Stack>
wire::version_information our_versions(connection_state<Stack>& state) {
  auto const& settings = state.settings;
  bool const other = state.self == role::server && !settings.deployed_versions.empty();
  wire::version_information info{state.version, {}};
  for (auto const v : other ? settings.deployed_versions : settings.versions)
    if ((!is_reserved(v) || (state.self == role::client && v == state.version)) && !info.lists(v))
      info.available.push_back(v);
  auto const random = static_cast<std::uint32_t>(state.random_number());
  info.available.push_back(version{(random & 0xf0f0f0f0U) | 0x0a0a0a0aU});
  return info;
}

/// Whether our first flight offered `v` (RFC 9368 3).
template <class Stack>
bool is_offered(connection_state<Stack> const& state, version v) {
  return !is_reserved(v) && state.local_parameters.version_information->lists(v);
}

// ---- the server chooses (RFC 9368 2.3)

template <class Stack>
version choose_for_client(connection_state<Stack> const& state, wire::version_information const& theirs) {
  auto const& ours = state.settings.versions;
  auto const we_speak = [&](version v) { return std::find(ours.begin(), ours.end(), v) != ours.end(); };
  auto chosen = state.original_version;
  if (state.settings.version_choice == version_choice::of_client)
    chosen = first_in_common({theirs.available.data(), theirs.available.size()}, we_speak);
  if (state.settings.version_choice == version_choice::of_server)
    chosen = first_in_common(ours, [&](version v) { return theirs.lists(v); });
  // A server that knows how to read a first flight may have been told not to speak its version any more.
  return chosen == version::negotiation ? state.original_version : chosen;
}

/// Goes over to the version that was chosen, in which all is said from now on. The client may not have heard of it yet,
/// so its Initial packets of the other version are still read (RFC 9369 4.1).
template <class Stack>
void change_version(connection_state<Stack>& state, version chosen, instant now) {
  using keys = level_keys<typename connection_state<Stack>::protection>;
  state.left_initial_keys = std::make_unique<keys>(std::move(state.initial_keys));
  state.initial_keys = keys{};
  state.version = chosen;
  state.local_parameters.version_information->chosen = chosen;
  install_initial_keys(state, initial_key_id(state), now);
}

// ---- the client follows (RFC 9369 4.1)

/// Whether the server may still answer in a version other than that of our first flight.
template <class Stack>
bool may_change_to(connection_state<Stack> const& state, version v) {
  return state.self == role::client && !state.version_settled && v != state.version && is_offered(state, v);
}

/// Whether packets of this kind may come in this version. Besides the one in use these are, while the server chooses,
/// what it may choose, and afterwards the Initial packets of a client that has not heard of it yet (RFC 9369 4.1).
template <class Stack>
bool is_spoken(connection_state<Stack> const& state, wire::long_header const& header) {
  if (header.kind == event::packet_kind::zero_rtt) return header.version == state.original_version;
  if (header.version == state.version || may_change_to(state, header.version)) return true;
  return header.kind == event::packet_kind::initial && header.version == state.original_version &&
         state.left_initial_keys;
}

/// Opens an Initial packet of another version that we offered. If it is authentic, this is what the server has chosen.
template <class Stack>
bool follow_version(connection_state<Stack>& state, version chosen, packet_to_open& packet, instant now) {
  level_keys<typename connection_state<Stack>::protection> keys;
  install_initial_keys(state, keys, chosen, initial_key_id(state));
  keys.open({&packet, 1});
  if (packet.status != open_status::opened) return false;
  state.version = chosen;
  state.version_settled = true;
  state.initial_keys = std::move(keys);
  tell_keys(state, encryption_level::initial, now, false);
  return true;
}

// ---- both make sure (RFC 9368 4)

/// After a Version Negotiation packet: the server's own list, which TLS protects, must lead to the same choice.
template <class Stack>
result<> check_not_downgraded(connection_state<Stack> const& state, wire::version_information const& theirs) {
  constexpr auto code = error_code::version_negotiation_error;
  if (theirs.available.empty()) return fail(code, "the server says that it speaks no version at all");
  auto const again =
      first_in_common(state.settings.versions, [&](version v) { return theirs.lists(v) || v == state.version; });
  if (again != state.original_version) return fail(code, "a Version Negotiation packet led to a worse version");
  return {};
}

template <class Stack>
result<> check_versions(connection_state<Stack> const& state, wire::transport_parameters const& peer) {
  constexpr auto code = error_code::version_negotiation_error;
  auto const& theirs = peer.version_information;
  if (state.self == role::server) {
    if (theirs && theirs->chosen != state.original_version)
      return fail(code, "the client says that it started with another version");
    return {};
  }
  if (!theirs) {
    // RFC 9368 8: of a server that was led to version 1 and says nothing, that is all it speaks.
    bool const only_v1 = state.version == version::v1 && state.original_version == version::v1;
    if (!only_v1 && (state.version_negotiated || state.version != state.original_version))
      return fail(code, "the server changed the version and does not say so under TLS");
    return {};
  }
  if (!is_offered(state, theirs->chosen)) return fail(code, "the server chose a version that we did not offer");
  if (theirs->chosen != state.version) return fail(code, "the server says that it chose another version");
  return state.version_negotiated ? check_not_downgraded(state, *theirs) : result<>{};
}

}  // namespace quoin::step
