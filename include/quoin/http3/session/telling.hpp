// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the application hears of an exchange, one thing at a time, and what is waited for too long.
#pragma once

#include <quoin/http3/session/data_stream_events.hpp>
#include <quoin/http3/session/receive.hpp>

namespace quoin::http3 {

namespace detail {

constexpr session_event::kind kind_of(finding found) noexcept {
  switch (found) {
    case finding::interim: return session_event::kind::interim;
    case finding::head: return session_event::kind::head;
    case finding::content: return session_event::kind::content;
    case finding::trailers: return session_event::kind::trailers;
    case finding::end: return session_event::kind::end;
    case finding::failed:
    case finding::nothing: break;
  }
  return session_event::kind::failed;
}

template <transport T>
void forget(session_state& session, T& on, exchange& one) {
  remove(session, one);
  close_if_done(session, on);
}

}  // namespace detail

/// The next thing to tell of `one`, if there is any; `one` may be gone afterwards.
template <transport T>
std::optional<session_event> next_of(session_state& session, T& on, exchange& one) {
  using kind = session_event::kind;
  auto const id = one.id;
  auto* const context = one.context;
  if (std::exchange(one.tell_stopped, false)) {
    queue(session, one);
    return session_event{kind::stopped, id, one.code, context};
  }
  if (std::exchange(one.tell_writable, false) && one.sending == send_phase::content) {
    queue(session, one);
    return session_event{kind::writable, id, 0, context};
  }
  if (one.over && one.found == finding::nothing) {
    detail::forget(session, on, one);
    return session_event{kind::over, id, 0, context};
  }
  if (std::exchange(one.tell_datagrams, false)) {
    queue(session, one);
    return session_event{kind::held_datagrams, id, 0, context};
  }
  bool const content = !receive(session, on, one).empty();
  auto const* const still = session.exchanges.find(id);
  if (session.closed || still == nullptr) return std::nullopt;
  if (one.becomes) {
    hand_over_stream(session, on, one);
    return std::nullopt;
  }
  if (one.asks_for_session && !one.known && one.found == finding::head && session.self == role::server &&
      !admit_session(session, on, one))
    return std::nullopt;
  if (content) {
    if (std::exchange(one.content_told, true)) return std::nullopt;
    return session_event{kind::content, id, 0, context};
  }
  auto const found = std::exchange(one.found, finding::nothing);
  settle(session, on, one);
  if (found == finding::nothing) return std::nullopt;
  one.known = true;
  queue(session, one);
  return session_event{detail::kind_of(found), id, found == finding::failed ? one.code : 0, context};
}

/// Whether we have waited for the peer for too long.
inline bool is_overdue(session_state const& session, exchange const& one, instant now) noexcept {
  auto const& settings = session.settings;
  auto const passed = [now](instant since, duration most) {
    return most > duration::zero() && since != never && now >= saturating_add(since, most);
  };
  bool const server = session.self == role::server;
  if (server && (one.receiving == receive_phase::head || waits_for_settings(session, one)))
    return passed(one.opened, settings.head_timeout);
  if (server && one.receiving == receive_phase::content && !one.tunnel &&
      passed(one.starved_since, settings.stall_timeout))
    return true;
  return one.sending <= send_phase::finished && passed(one.stalled_since, settings.stall_timeout);
}

}  // namespace quoin::http3
