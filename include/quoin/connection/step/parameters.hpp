// SPDX-License-Identifier: BSL-1.0
/// \file
/// Transport parameters: ours from the settings, the peer's checked and put to use (RFC 9000 7.3, 7.4).
#pragma once

#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/versions.hpp>

namespace quoin::step {

/// What we tell the peer (RFC 9000 18.2).
template <class Stack>
wire::transport_parameters make_local_parameters(connection_state<Stack>& state) {
  auto const& settings = state.settings;
  wire::transport_parameters ours;
  ours.initial_source_connection_id = state.first_local_id;
  ours.max_idle_timeout = settings.idle_timeout;
  ours.max_udp_payload_size = settings.max_udp_payload;
  ours.initial_max_data = settings.connection_window;
  ours.initial_max_stream_data_bidi_local = settings.stream_window;
  ours.initial_max_stream_data_bidi_remote = settings.stream_window;
  ours.initial_max_stream_data_uni = settings.stream_window;
  ours.initial_max_streams_bidi = settings.bidi_streams;
  ours.initial_max_streams_uni = settings.uni_streams;
  ours.max_ack_delay = settings.max_ack_delay;
  ours.active_connection_id_limit = limits::peer_connection_ids;
  ours.disable_active_migration = settings.disable_active_migration;
  ours.version_information = our_versions(state);
  ours.grease_quic_bit = settings.grease_quic_bit;
  if (state.self == role::server) {
    ours.original_destination_connection_id = state.original_destination;
    ours.retry_source_connection_id = state.retry_source;
    ours.stateless_reset_token = state.reset_token_of(state.first_local_id);
  }
  return ours;
}

/// Encodes our parameters into `room` and tells the observer, for they are about to be sent.
template <class Stack>
byte_view write_local_parameters(connection_state<Stack>& state, byte_span room, instant now) {
  byte_writer writer{room};
  wire::write(writer, state.local_parameters, state.random_number());
  state.extensions.write_parameters(state, writer);
  QUOIN_ASSERT(writer.ok());
  state.tell([&] { return event::parameters_set{now, true, writer.written()}; });
  return writer.written();
}

/// RFC 9000 7.3: the connection IDs of the handshake are authenticated by what TLS carried.
template <class Stack>
result<> check_connection_ids(connection_state<Stack> const& state, wire::transport_parameters const& peer) {
  constexpr auto code = error_code::transport_parameter_error;
  if (!peer.initial_source_connection_id) return fail(code, "initial_source_connection_id is missing");
  if (peer.initial_source_connection_id != state.peer_initial_source)
    return fail(code, "initial_source_connection_id is not the one of the peer's Initial packets");
  if (state.self == role::server) return {};
  if (!peer.original_destination_connection_id) return fail(code, "original_destination_connection_id is missing");
  if (*peer.original_destination_connection_id != state.original_destination)
    return fail(code, "original_destination_connection_id is not the one that we sent");
  if (peer.retry_source_connection_id != state.retry_source)
    return fail(code, state.retry_source ? "retry_source_connection_id does not match the Retry packet"
                                         : "retry_source_connection_id without a Retry");
  return {};
}

/// What only the connection can know of the peer's parameters.
template <class Stack>
result<> check_parameters(connection_state<Stack> const& state, wire::transport_parameters const& peer) {
  QUOIN_TRY(check_connection_ids(state, peer));
  return check_versions(state, peer);
}

/// Checks the peer's parameters and applies them.
template <class Stack>
result<> accept_parameters(connection_state<Stack>& state, byte_view encoded, instant now) {
  auto const read = wire::read_transport_parameters(encoded, peer_of(state.self));
  if (!read) return unexpected{read.error()};
  auto const& peer = *read;
  QUOIN_TRY(check_parameters(state, peer));
  QUOIN_TRY(check_against_remembered(state, peer));
  note_parameters_for_sessions(state, encoded);
  QUOIN_TRY(state.extensions.on_parameters(state, peer, encoded));
  if (peer.preferred_address)
    QUOIN_TRY(state.peer_ids.add_preferred(peer.preferred_address->id, peer.preferred_address->token));
  state.tell([&] { return event::parameters_set{now, false, encoded}; });

  state.peer_parameters = peer;
  if (!is_early(state)) state.streams.on_peer_limits(peer);
  state.recovery.set_max_ack_delay(peer.max_ack_delay);
  state.clears_quic_bit = peer.grease_quic_bit;
  state.local_ids.set_peer_limit(peer.active_connection_id_limit);
  if (peer.stateless_reset_token) state.peer_ids.set_reset_token(*peer.stateless_reset_token);
  // Ours as the peer reckons with it, which is told in whole milliseconds.
  auto const ours =
      saturating_multiply(std::chrono::milliseconds{1}, wire::detail::milliseconds_of(state.settings.idle_timeout));
  auto const theirs = peer.max_idle_timeout;
  // RFC 9000 10.1: the smaller of both; an end that says nothing has no opinion.
  state.idle_timeout = ours == duration::zero() ? theirs : theirs == duration::zero() ? ours : std::min(ours, theirs);
  return {};
}

}  // namespace quoin::step
