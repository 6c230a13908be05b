// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sessions and early data: offered, accepted, rejected (RFC 9001 4.5, 4.6; RFC 9000 7.4.1). Nothing here costs
/// anything over a handshake that does not claim `resumption`.
#pragma once

#include <quoin/connection/step/keys.hpp>
#include <quoin/connection/step/outcomes.hpp>
#include <quoin/wire/transport_parameters/remembered.hpp>

namespace quoin::step {

template <class Stack>
inline constexpr bool can_resume = resumes<typename Stack::crypto::handshake>;

/// A client between its offer of early data and the end of the handshake: remembered limits hold, and only what may be
/// replayed can be said.
template <class Stack>
bool is_early(connection_state<Stack> const& state) {
  return state.self == role::client && !state.handshake_complete &&
         (state.early.status == early_data_status::offered || state.early.status == early_data_status::accepted);
}

/// A client that has offered early data takes other bytes only when the handshake is complete, whatever became of it.
template <class Stack>
bool takes_only_replay_safe(connection_state<Stack> const& state) {
  return state.early.status != early_data_status::none && state.self == role::client && !state.handshake_complete;
}

/// A server whose application has not said that it minds replays shows it no early data before the handshake is
/// complete, when the client is known to have said it just now (RFC 9001 9.2).
template <class Stack>
bool withholds_early_data(connection_state<Stack> const& state) {
  if constexpr (can_resume<Stack>)
    return state.early.status == early_data_status::accepted && state.self == role::server &&
           !state.handshake_complete && !state.early.replay_understood;
  return false;
}

template <class Stack>
wall_time wall_clock(connection_state<Stack> const& state, instant now) {
  return wall_time{} + std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch() + state.wall_offset);
}

template <class Stack>
void set_handshake_time(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>) state.tls->set_time(wall_clock(state, now));
}

/// Says which session to resume, if there is one.
template <class Stack>
void offer_session(connection_state<Stack>& state, handshake_start& start) {
  if constexpr (can_resume<Stack>) {
    if (!state.early.session || state.early.session->version != state.version) return;
    start.session = state.early.session->state;
    start.early_data = state.early.wanted;
  }
}

/// The 0-RTT keys are there: what the server allowed last time holds for now (RFC 9000 7.4.1).
template <class Stack>
void on_early_offered(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>) {
    auto& early = state.early;
    auto const remembered = wire::read_transport_parameters(early.session->parameters, role::server);
    if (!remembered) return discard_early(state, now);
    early.status = early_data_status::offered;
    early.remembered = wire::remembered_of(*remembered);
    state.tell([&] { return event::parameters_set{now, false, early.session->parameters, true}; });
    state.streams.on_peer_limits(*early.remembered);
  }
}

template <class Stack>
void on_early_accepted(connection_state<Stack>& state) {
  if constexpr (can_resume<Stack>) state.early.status = early_data_status::accepted;
}

/// Early data that is on its way is queued again, in packets with new numbers (RFC 9000 17.2.3).
template <class Stack>
void reclaim_early_data(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>)
    if (is_early(state)) state.recovery.reclaim(packet_space::application, frame_outcomes<Stack>{state, now});
}

/// RFC 9001 4.6.2: nothing that the client assumed may be left standing. Its streams begin anew.
template <class Stack>
void on_early_rejected(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>) {
    if (state.self == role::client && state.early.status == early_data_status::offered) {
      discard_early(state, now);
      reclaim_early_data(state, now);
      state.early.first_after_rejection = state.recovery.next_number(packet_space::application);
      state.early.remembered.reset();
      state.streams.start_over();
    }
    state.early.status = early_data_status::rejected;
  }
}

/// Another version is spoken than the session's: what was said early is to be said again. False when there is no
/// session.
template <class Stack>
bool leave_session(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>) {
    if (!state.early.session) return false;
    if (state.early.status == early_data_status::offered) on_early_rejected(state, now);
    return true;
  }
  return false;
}

/// RFC 9000 7.4.1: a server that took early data keeps what its sender was promised.
template <class Stack>
result<> check_against_remembered(connection_state<Stack> const& state, wire::transport_parameters const& peer) {
  if constexpr (can_resume<Stack>)
    if (state.early.status == early_data_status::accepted && state.early.remembered &&
        !wire::keeps(peer, *state.early.remembered))
      return fail(error_code::protocol_violation, "early data accepted under lower limits than remembered");
  return {};
}

/// RFC 9001 4.6.2: who rejected early data cannot have opened it.
template <class Stack, class Ack>
result<> check_acknowledges_no_rejected(connection_state<Stack> const& state, Ack const& ack) {
  if constexpr (can_resume<Stack>) {
    auto const first = state.early.first_after_rejection;
    if (first == 0) return {};
    bool claims_rejected = false;
    ack.for_each_range([&](packet_number low, packet_number) { claims_rejected |= low < first; });
    if (claims_rejected) return fail(error_code::protocol_violation, "acknowledges early data that was rejected");
  }
  return {};
}

/// The handshake is complete: its parameters hold from now on, and the application learns what became of early data.
template <class Stack>
void settle_early_data(connection_state<Stack>& state) {
  if constexpr (can_resume<Stack>) {
    auto& early = state.early;
    state.counts.resumed = state.tls->resumed();
    if (state.self == role::server || early.status == early_data_status::none) return;
    if (early.status == early_data_status::accepted) {
      early.remembered.reset();
      state.streams.on_peer_limits(*state.peer_parameters);
      state.events.push_back({connection_event::kind::early_data_accepted, {}, 0});
      return;
    }
    // What was said in the words of one protocol must not be said in another.
    bool const other_protocol = early.session->alpn != state.tls->alpn();
    if (other_protocol) state.streams.forget_ours();
    state.events.push_back({connection_event::kind::early_data_rejected, {}, other_protocol ? 1U : 0U});
  }
}

// ---- sessions for later connections

template <class Stack>
void note_parameters_for_sessions(connection_state<Stack>& state, byte_view encoded) {
  if constexpr (can_resume<Stack>)
    if (state.self == role::client) state.early.parameters = wire::encode_remembered(encoded);
}

/// The server gave a session; the newest few wait for whoever keeps them.
template <class Stack>
void keep_session(connection_state<Stack>& state, byte_view session) {
  if constexpr (can_resume<Stack>) {
    auto& received = state.early.received;
    if (received.size() == limits::stored_sessions) received.erase(received.begin());
    received.push_back({state.version,
                        state.server_name,
                        std::string{state.tls->alpn()},
                        state.early.parameters,
                        state.early.application_data,
                        {session.begin(), session.end()}});
  }
}

template <class Stack>
std::optional<client_session> take_session(connection_state<Stack>& state) {
  if constexpr (can_resume<Stack>) {
    auto& received = state.early.received;
    if (received.empty()) return std::nullopt;
    auto oldest = std::move(received.front());
    received.erase(received.begin());
    return oldest;
  }
  return std::nullopt;
}

template <class Stack>
void remember_with_sessions(connection_state<Stack>& state, byte_view data) {
  if constexpr (can_resume<Stack>) {
    state.early.application_data.assign(data.begin(), data.end());
    for (auto& session : state.early.received) session.application_data = state.early.application_data;
  }
}

template <class Stack>
byte_view remembered_data(connection_state<Stack> const& state) {
  if constexpr (can_resume<Stack>)
    if (state.early.session) return state.early.session->application_data;
  return {};
}

// ---- a server's 0-RTT keys

/// Until a server that takes early data has read the ClientHello. A client never opens 0-RTT packets (RFC 9001 5.6).
template <class Stack>
bool early_keys_may_come(connection_state<Stack> const& state) {
  if constexpr (can_resume<Stack>)
    return state.self == role::server && Stack::crypto::handshake::takes_early_data(*state.crypto_config) &&
           !state.handshake_discarded && !state.handshake_keys.can_open();
  return false;
}

/// RFC 9001 4.9.3: a 1-RTT packet came, so what is early from now on was only late.
template <class Stack>
void note_one_rtt_packet(connection_state<Stack>& state, instant now) {
  if constexpr (can_resume<Stack>)
    if (state.early.discard_at == never && state.early.keys.can_open())
      state.early.discard_at =
          saturating_add(now, saturating_multiply(state.recovery.pto(packet_space::application), 3));
}

template <class Stack>
instant early_keys_deadline(connection_state<Stack> const& state) {
  if constexpr (can_resume<Stack>) return state.early.discard_at;
  return never;
}

}  // namespace quoin::step
