// SPDX-License-Identifier: BSL-1.0
/// \file
/// What TLS wants done, and the points that the handshake passes (RFC 9001 4.1).
#pragma once

#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/connection_ids.hpp>
#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/keys.hpp>
#include <quoin/connection/step/parameters.hpp>
#include <quoin/connection/step/path_ids.hpp>
#include <quoin/connection/step/preferred.hpp>
#include <quoin/wire/frame_type.hpp>

namespace quoin::step {

/// RFC 9001 4.1.2: at the server with completion, at the client with HANDSHAKE_DONE.
template <class Stack>
void on_confirmed(connection_state<Stack>& state, instant now) {
  if (state.handshake_confirmed) return;
  state.handshake_confirmed = true;
  state.recovery.on_handshake_confirmed();
  state.recovery.on_peer_address_validated();
  confirm_path(state, now);
  discard_handshake(state, now);
  state.events.push_back({connection_event::kind::confirmed, {}, 0});
}

/// RFC 9001 4.1.1.
template <class Stack>
void on_complete(connection_state<Stack>& state, instant now) {
  state.handshake_complete = true;
  settle_early_data(state);
  state.events.push_back({connection_event::kind::connected, {}, 0});
  auto& path = state.paths.active();
  begin_mtu_search(state, path, state.settings.datagram_size);
  state.recovery.on_datagram_size(path.datagram_size());
  issue_connection_ids(state);
  if constexpr (speaks_multipath<Stack>) begin_multipath(state);
  if (state.self == role::server) {
    state.handshake_done_pending = true;
    on_confirmed(state, now);
  }
}

/// Carries out everything that the handshake has decided.
template <class Stack>
result<> drain_handshake(connection_state<Stack>& state, instant now) {
  while (auto const out = state.tls->next()) {
    switch (out->what) {
      case handshake_output::kind::send: state.crypto_of(space_of(out->level)).send(out->bytes); break;
      case handshake_output::kind::secret:
        install_secret(state, *out, now);
        if (out->level == encryption_level::early_data && out->direction == key_direction::seal)
          on_early_offered(state, now);
        break;
      case handshake_output::kind::peer_parameters: QUOIN_TRY(accept_parameters(state, out->bytes, now)); break;
      case handshake_output::kind::complete:
        if (!state.peer_parameters)
          return fail(crypto_error_code(109), "the handshake ended without transport parameters");
        on_complete(state, now);
        break;
      case handshake_output::kind::session: keep_session(state, out->bytes); break;
      case handshake_output::kind::early_accepted: on_early_accepted(state); break;
      case handshake_output::kind::early_rejected: on_early_rejected(state, now); break;
    }
  }
  return {};
}

/// Handshake bytes in order at one level.
template <class Stack>
result<> on_crypto_bytes(connection_state<Stack>& state, encryption_level level, byte_view bytes, instant now) {
  set_handshake_time(state, now);
  auto const outcome = state.tls->receive(level, bytes);
  // What TLS decided before it failed still stands: an alert is sent with the newest keys.
  QUOIN_TRY(drain_handshake(state, now));
  return outcome;
}

/// Whether TLS has left work to another thread.
template <class Stack>
bool is_suspended(connection_state<Stack> const& state) {
  if constexpr (suspends<typename Stack::crypto::handshake>) return state.tls && state.tls->suspended();
  return false;
}

/// Takes back what was left to another thread, if it is done.
template <class Stack>
result<> take_back_handshake(connection_state<Stack>& state, instant now) {
  if constexpr (suspends<typename Stack::crypto::handshake>) {
    set_handshake_time(state, now);
    auto const outcome = state.tls->resume();
    QUOIN_TRY(drain_handshake(state, now));
    // RFC 9000 19.19: what came in CRYPTO frames was wrong.
    if (!outcome)
      return fail(outcome.error().code, outcome.error().reason, static_cast<std::uint64_t>(wire::frame_type::crypto));
  }
  return {};
}

/// Room for our transport parameters.
using parameter_room = std::array<std::uint8_t, 512>;

/// The server has the client's parameters and is about to send its own, which say what version it has chosen (RFC 9368
/// 2.3). What is wrong with the client's ends the connection as soon as they are accepted; nothing is chosen then.
template <class Stack>
void answer_parameters(connection_state<Stack>& state, byte_view theirs, std::vector<std::uint8_t>& ours,
                       version& spoken) {
  auto const now = state.last_activity;  // when the packet came that is being processed
  auto const client = wire::read_transport_parameters(theirs, role::client);
  if (!client || !check_parameters(state, *client)) return;
  if (auto const& info = client->version_information) {
    auto const chosen = choose_for_client(state, *info);
    if (chosen != state.version) change_version(state, chosen, now);
    spoken = chosen;
  }
  parameter_room room{};
  auto const encoded = write_local_parameters(state, room, now);
  ours.assign(encoded.begin(), encoded.end());
}

/// Makes the TLS engine and, at the client, the ClientHello, with the session to resume if there is one.
template <class Stack>
result<> begin_handshake(connection_state<Stack>& state, instant now) {
  using handshake = typename connection_state<Stack>::handshake;
  parameter_room room{};
  handshake_start start{state.self, state.server_name, {}, state.version, {}, false, {}, {}};
  if (state.self == role::client)
    start.transport_parameters = write_local_parameters(state, room, now);
  else
    start.answer_parameters = decltype(start.answer_parameters)::template to<&answer_parameters<Stack>>(state);
  if constexpr (suspends<handshake>) start.resumable = state.resumable;
  offer_session(state, start);
  state.tls = std::make_unique<handshake>(state.crypto_config, start);
  set_handshake_time(state, now);
  QUOIN_TRY(state.tls->begin());
  return drain_handshake(state, now);
}

}  // namespace quoin::step
