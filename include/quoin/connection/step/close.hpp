// SPDX-License-Identifier: BSL-1.0
/// \file
/// The ways in which a connection ends (RFC 9000 10).
#pragma once

#include <quoin/connection/step/state.hpp>

namespace quoin::step {

/// The probe timeout of application data; of the slowest path, where several are used.
template <class Stack>
duration longest_pto(connection_state<Stack> const& state) {
  if constexpr (speaks_multipath<Stack>)
    return state.path_spaces.largest_pto(state);
  else
    return state.recovery.pto(packet_space::application);
}

/// Three times the probe timeout: how long closing and draining last (RFC 9000 10.2).
template <class Stack>
duration closing_time(connection_state<Stack> const& state) {
  return saturating_multiply(longest_pto(state), 3);
}

template <class Stack>
void report_closed(connection_state<Stack>& state, close_info info, instant now) {
  state.closed_by = std::move(info);
  auto& kept = *state.closed_by;
  state.events.push_back({connection_event::kind::closed, {}, kept.code});
  // What may find no memory comes last.
  if constexpr (requires { std::string{state.tls->failure_detail()}; })
    if (state.tls && kept.origin == event::close_origin::local) kept.detail = state.tls->failure_detail();
  bool const unanswered =
      kept.origin == event::close_origin::idle_timeout || kept.origin == event::close_origin::handshake_timeout;
  if (unanswered && state.last_send != send_status::sent) kept.detail = "the network did not take our last datagrams";
  state.tell([&] {
    auto const& by = *state.closed_by;
    return event::connection_closed{now, by.origin, by.application, by.code, by.frame_type, by.reason};
  });
}

/// Immediate close by this endpoint: the peer is told, and told again if it goes on (RFC 9000 10.2.1).
template <class Stack>
[[gnu::cold]] void close_locally(connection_state<Stack>& state, close_info info, instant now) {
  if (state.phase != life_phase::open) return;
  state.phase = life_phase::closing;
  state.close_pending = true;
  state.closing_until = saturating_add(now, closing_time(state));
  report_closed(state, std::move(info), now);
}

/// Immediate close because of an error, ours or the peer's (RFC 9000 11.1).
template <class Stack>
[[gnu::cold]] void close_with(connection_state<Stack>& state, transport_error const& error, instant now) {
  close_locally(state,
                {event::close_origin::local, false, static_cast<std::uint64_t>(error.code), error.frame_type,
                 std::string{error.reason}},
                now);
}

/// The peer closed, or lost its state: nothing is sent any more (RFC 9000 10.2.2, 10.3.1).
template <class Stack>
[[gnu::cold]] void drain(connection_state<Stack>& state, close_info info, instant now) {
  if (state.phase == life_phase::draining || state.phase == life_phase::gone) return;
  bool const first = state.phase == life_phase::open;
  state.phase = life_phase::draining;
  state.close_pending = false;
  state.closing_until = saturating_add(now, closing_time(state));
  if (first) report_closed(state, std::move(info), now);
}

/// Ends without a word: idle, handshake too slow, or nothing that may be said (RFC 9000 10.1).
template <class Stack>
[[gnu::cold]] void vanish(connection_state<Stack>& state, close_info info, instant now) {
  bool const first = state.phase == life_phase::open;
  state.phase = life_phase::gone;
  state.close_pending = false;
  if (first) report_closed(state, std::move(info), now);
}

/// A packet arrived while closing: every time the count doubles it is answered with the close (RFC 9000 10.2.1).
template <class Stack>
void on_packet_while_closing(connection_state<Stack>& state, byte_count size) {
  state.received_while_closing += size;
  if (++state.packets_since_close < state.next_close_reply) return;
  state.next_close_reply *= 2;
  state.close_pending = true;
}

}  // namespace quoin::step
