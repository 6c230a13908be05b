// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client follows a Retry (RFC 9000 17.2.5, 8.1.2).
#pragma once

#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/keys.hpp>
#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/wire/packet/retry.hpp>

namespace quoin::step {

template <class Stack>
bool is_retry(connection_state<Stack> const& state, byte_view datagram) {
  return state.self == role::client && wire::read_retry(datagram, state.quic_bit_rule()).has_value();
}

/// Starts over with the server's token and connection ID. Anything that is not the first and authentic answer to our
/// Initial is ignored (RFC 9000 17.2.5.2).
template <class Stack>
void on_retry(connection_state<Stack>& state, byte_view datagram, instant now) {
  using protection = typename connection_state<Stack>::protection;
  auto const packet = wire::read_retry(datagram, state.quic_bit_rule());
  if (state.retry_followed || state.peer_packet_processed || packet->version != state.version) return;
  // RFC 9369 4.1: in the version of our first flight, as the check above says. RFC 9000 5.2.1: it must be for us,
  // whatever the tag says.
  if (!(packet->destination == state.first_local_id)) return;
  if (packet->token.empty() || packet->token.size() > limits::token_size) return;
  if (packet->source == state.peer_ids.current()) return;
  if (!retry_is_authentic<protection>(state.version, state.original_destination, packet->without_tag,
                                      packet->integrity_tag))
    return;

  state.tell([&] { return event::packet_received{now, event::packet_kind::retry, 0, datagram.size(), {}, {}}; });
  state.retry_followed = true;
  state.last_activity = now;
  state.retry_source = packet->source;
  state.token.assign(packet->token.begin(), packet->token.end());
  state.peer_ids.set_first(packet->source);
  install_initial_keys(state, packet->source, now);
  // RFC 9000 17.2.5.3: packet numbers go on; the ClientHello is the same, and so is early data, which goes out again.
  reclaim_early_data(state, now);
  state.recovery.on_retry();
  state.crypto_of(packet_space::initial).send_again();
}

}  // namespace quoin::step
