// SPDX-License-Identifier: BSL-1.0
/// \file
/// The one deadline of a connection, and what happens when it passes.
#pragma once

#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/handshake.hpp>
#include <quoin/connection/step/outcomes.hpp>
#include <quoin/connection/step/paths.hpp>
#include <quoin/connection/step/record_sent.hpp>

#include <algorithm>

namespace quoin::step {

/// RFC 9000 10.1: never shorter than three probe timeouts, so that a lost packet does not end the connection.
template <class Stack>
duration idle_time(connection_state<Stack> const& state) {
  auto const idle = state.handshake_complete ? state.idle_timeout : state.settings.idle_timeout;
  return idle == duration::zero() ? duration::max() : std::max(idle, closing_time(state));
}

template <class Stack>
instant idle_deadline(connection_state<Stack> const& state) {
  return saturating_add(state.last_activity, idle_time(state));
}

template <class Stack>
instant handshake_deadline(connection_state<Stack> const& state) {
  return state.handshake_complete ? never : saturating_add(state.started, state.settings.handshake_timeout);
}

/// When a server asks for the rest of the client's flight. All of its own has been acknowledged, so that no probe
/// timeout is armed, and the client may have measured a round trip so long, or have backed off so far, that it would
/// repeat its Finished too late. An acknowledgement tells it what was lost (RFC 9002 6.1), and a PING makes it answer.
template <class Stack>
instant flight_request_deadline(connection_state<Stack> const& state) {
  constexpr auto space = packet_space::handshake;
  auto const& recovery = state.recovery;
  bool const stuck = state.self == role::server && !state.handshake_complete && !is_suspended(state) &&
                     recovery.largest_acked(space) != no_packet && !recovery.ack_eliciting_in_flight(space) &&
                     recovery.probes_owed(space) == 0 && state.crypto_streams[index_of(space)].all_acked();
  return stuck ? saturating_add(state.last_activity, backed_off(recovery.pto(space), state.flight_requests)) : never;
}

template <class Stack>
instant keep_alive_deadline(connection_state<Stack> const& state) {
  auto const regular = state.settings.keep_alive;
  // A peer that does not answer is asked again no sooner than after another such time.
  auto const since = std::max(state.last_activity, state.kept_alive_at);
  bool const deferred = state.idle_deferred_until > since;
  if ((regular == duration::zero() && !deferred) || !state.handshake_confirmed || state.ping_pending) return never;
  auto const due = regular == duration::zero() ? never : saturating_add(since, regular);
  if (!deferred) return due;
  // RFC 9000 10.1.2. Half of the time leaves the other half for what is lost, and to hear of it.
  auto const ahead = saturating_add(since, idle_time(state) / 2);
  return ahead < state.idle_deferred_until && state.idle_timeout != duration::zero() ? std::min(due, ahead) : due;
}

/// When `expire` must be called at the latest; `never` when nothing is due.
template <class Stack>
instant deadline(connection_state<Stack> const& state) {
  if (state.phase == life_phase::gone) return never;
  if (state.phase != life_phase::open) return state.closing_until;
  auto due = std::min({state.recovery.deadline(), state.application_keys.deadline(), idle_deadline(state),
                       handshake_deadline(state), flight_request_deadline(state), keep_alive_deadline(state),
                       state.pacing_deadline, early_keys_deadline(state), state.paths.deadline()});
  // Who may not send anything before more has come has no acknowledgement to be in time with.
  if (state.paths.active().amplification.allowance() < smallest_datagram(state)) return due;
  if (state.initial_keys.can_seal()) due = std::min(due, state.received[0].deadline());
  if (state.handshake_keys.can_seal()) due = std::min(due, state.received[1].deadline());
  if (state.application_keys.can_seal()) due = std::min(due, state.received[2].deadline());
  return due;
}

/// The timers of the path in hand. False when nothing is known any more of where its peer is.
template <class Stack>
bool expire_path_in_hand(connection_state<Stack>& state, instant now) {
  if (now >= state.recovery.deadline()) {
    state.recovery.on_timeout(now, frame_outcomes<Stack>{state, now});
    state.paths.active().mtu.on_probe_timeout(state.recovery.pto_count());
    // RFC 9000 9.5: a peer to whom we have been moved cannot answer without an ID that it never used, and probes repeat
    // what was sent first.
    if (state.recovery.pto_count() >= 2) state.local_ids.tell_again();
    tell_metrics(state, now);
  }
  if (now >= state.paths.deadline() && !expire_paths(state, now)) return false;
  if (now >= state.pacing_deadline) state.pacing_deadline = never;
  return true;
}

/// Acts on every deadline that has passed. What is to be sent because of it is sent by the next `transmit`.
template <class Stack>
void expire(connection_state<Stack>& state, instant now) {
  if (state.phase == life_phase::gone) return;
  if (state.phase != life_phase::open) {
    if (now >= state.closing_until) state.phase = life_phase::gone;
    return;
  }
  if (now >= handshake_deadline(state))
    return vanish(state, {event::close_origin::handshake_timeout, false, 0, 0, "the handshake took too long"}, now);
  if (now >= idle_deadline(state))
    return vanish(state, {event::close_origin::idle_timeout, false, 0, 0, "nothing was heard from the peer"}, now);
  if (now >= keep_alive_deadline(state)) {
    state.ping_pending = true;
    state.kept_alive_at = now;
  }
  if (now >= flight_request_deadline(state)) {
    ++state.flight_requests;
    state.recovery.owe_probe(packet_space::handshake);
  }
  if (now >= state.application_keys.deadline()) state.application_keys.expire(now);
  if (now >= early_keys_deadline(state)) discard_early(state, now);
  if (!expire_path_in_hand(state, now))
    // RFC 9000 9.3.2: who knows no address of the peer's any more has nobody to say goodbye to.
    return vanish(state,
                  {event::close_origin::local, false, static_cast<std::uint64_t>(error_code::no_viable_path), 0,
                   "no address of the peer is known any more"},
                  now);
}

}  // namespace quoin::step
