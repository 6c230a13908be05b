// SPDX-License-Identifier: BSL-1.0
/// \file
/// The first moments of a connection (RFC 9000 7.2).
#pragma once

#include <quoin/connection/step/handshake.hpp>

namespace quoin::step {

template <class Stack>
void start_client(connection_state<Stack>& state) {
  choose_first_destination(state);
  // A client is never the victim of its own amplification (RFC 9000 8.1).
  state.paths.active().amplification.validate();
}

template <class Stack>
void start_server(connection_state<Stack>& state, connection_start<Stack> const& start) {
  state.peer_initial_source = start.peer_source;
  state.peer_ids.set_first(start.peer_source);
  if (start.address_validated) state.paths.active().amplification.validate();
}

/// Makes the state ready for its first packet; an error here closes the connection before it has sent one.
template <class Stack>
result<> begin(connection_state<Stack>& state, connection_start<Stack> const& start, instant now) {
  if (state.self == role::client)
    start_client(state);
  else
    start_server(state, start);
  begin_spinning(state, state.paths.active());
  state.numbers_until_skip = 64 + state.random_number() % 512;
  report_id(state, state.first_local_id, true);
  state.received_in(packet_space::application).set_max_ack_delay(state.settings.max_ack_delay);
  state.local_parameters = make_local_parameters(state);
  offer_preferred_address(state, start.preferred);
  state.tell([&] {
    return event::connection_started{now,
                                     state.self,
                                     state.paths.active().addresses,
                                     state.original_destination,
                                     state.first_local_id,
                                     state.peer_ids.current(),
                                     state.version};
  });
  install_initial_keys(state, state.self == role::client ? state.original_destination : start.first_destination, now);
  return begin_handshake(state, now);
}

}  // namespace quoin::step
