// SPDX-License-Identifier: BSL-1.0
/// \file
/// Installing and discarding keys (RFC 9001 4.9, 5.2).
#pragma once

#include <quoin/connection/step/state.hpp>
#include <quoin/keys/key_schedule.hpp>

namespace quoin::step {

template <class Stack>
void tell_keys(connection_state<Stack>& state, encryption_level level, instant now, bool discarded,
               bool remote = false) {
  state.tell([&] { return event::key_updated{now, level, state.application_keys.phase(), discarded, remote}; });
}

/// What Initial keys are made from: the Destination Connection ID of the client's first Initial, or of its first after
/// a Retry (RFC 9001 5.2).
template <class Stack>
connection_id const& initial_key_id(connection_state<Stack> const& state) {
  return state.retry_source ? *state.retry_source : state.original_destination;
}

/// Makes Initial keys of version `v` from the Destination Connection ID of the client's Initial (RFC 9001 5.2).
template <class Stack>
void install_initial_keys(connection_state<Stack> const& state,
                          level_keys<typename connection_state<Stack>::protection>& keys, version v,
                          connection_id const& client_destination) {
  using kdf = typename connection_state<Stack>::protection::kdf;
  auto const secrets = derive_initial_secrets<kdf>(v, client_destination.view());
  bool const client = state.self == role::client;
  constexpr auto suite = cipher_suite::aes_128_gcm_sha256;
  keys.install(key_direction::seal, v, suite, (client ? secrets.client : secrets.server).view());
  keys.install(key_direction::open, v, suite, (client ? secrets.server : secrets.client).view());
}

template <class Stack>
void install_initial_keys(connection_state<Stack>& state, connection_id const& client_destination, instant now) {
  install_initial_keys(state, state.initial_keys, state.version, client_destination);
  tell_keys(state, encryption_level::initial, now, false);
}

/// RFC 9001 4.9.3: a client's go with its first 1-RTT keys, a server's some time after.
template <class Stack>
void discard_early(connection_state<Stack>& state, instant now) {
  if constexpr (resumes<typename Stack::crypto::handshake>) {
    state.early.discard_at = never;
    if (!state.early.keys.can_seal() && !state.early.keys.can_open()) return;
    state.early.keys.discard();
    tell_keys(state, encryption_level::early_data, now, true);
  }
}

template <class Stack>
void install_secret(connection_state<Stack>& state, handshake_output const& out, instant now) {
  switch (out.level) {
    case encryption_level::early_data:
      if constexpr (resumes<typename Stack::crypto::handshake>)
        state.early.keys.install(out.direction, state.original_version, out.suite, out.bytes);
      break;
    case encryption_level::handshake:
      state.handshake_keys.install(out.direction, state.version, out.suite, out.bytes);
      if (state.handshake_keys.can_seal()) state.recovery.set_has_handshake_keys(true);
      break;
    case encryption_level::one_rtt:
      state.application_keys.install(out.direction, state.version, out.suite, out.bytes);
      // RFC 9001 5.6: once there are 1-RTT keys nothing more is early.
      if (state.self == role::client && state.application_keys.can_seal()) discard_early(state, now);
      break;
    case encryption_level::initial: return;
  }
  tell_keys(state, out.level, now, false, out.direction == key_direction::open);
}

/// RFC 9001 4.9.1: Initial packets have no more use once Handshake packets flow.
template <class Stack>
void discard_initial(connection_state<Stack>& state, instant now) {
  if (state.initial_discarded) return;
  state.initial_discarded = true;
  state.initial_keys.discard();
  state.left_initial_keys.reset();
  state.recovery.discard(packet_space::initial);
  tell_keys(state, encryption_level::initial, now, true);
}

/// RFC 9001 4.9.2: Handshake keys go when the handshake is confirmed.
template <class Stack>
void discard_handshake(connection_state<Stack>& state, instant now) {
  discard_initial(state, now);
  if (state.handshake_discarded) return;
  state.handshake_discarded = true;
  state.handshake_keys.discard();
  state.recovery.discard(packet_space::handshake);
  tell_keys(state, encryption_level::handshake, now, true);
}

/// Whether packets of this level can be sent now.
template <class Stack>
bool can_seal(connection_state<Stack> const& state, encryption_level level) {
  switch (level) {
    case encryption_level::initial: return state.initial_keys.can_seal();
    case encryption_level::handshake: return state.handshake_keys.can_seal();
    case encryption_level::one_rtt: return state.application_keys.can_seal();
    case encryption_level::early_data:
      if constexpr (resumes<typename Stack::crypto::handshake>) return state.early.keys.can_seal();
      break;
  }
  return false;
}

}  // namespace quoin::step
