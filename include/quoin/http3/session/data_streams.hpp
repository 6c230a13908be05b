// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which draft of WebTransport is spoken, and how its sessions and their streams begin and end
/// (draft-ietf-webtrans-http3, "Session Establishment", "Buffering Incoming Streams and Datagrams", "Session
/// Termination").
#pragma once

#include <quoin/http3/session/state.hpp>

namespace quoin::http3 {

/// Each draft has a setting of its own, and the newest that both ends know is spoken.
enum class webtransport_version : std::uint8_t { none, draft02, draft07, newest };

/// Streams and datagrams may be those of WebTransport's sessions, as far as we are concerned.
[[nodiscard]] inline bool takes_sessions(session_state const& session) noexcept {
  return session.settings.webtransport.sessions > 0;
}

/// Nothing where the peer's settings have not come, or something is missing that the draft needs ("Establishing a
/// WebTransport-Capable HTTP/3 Connection").
template <transport T>
webtransport_version spoken(session_state const& session, T& on) {
  if (!takes_sessions(session) || !session.peer_settings) return webtransport_version::none;
  auto const& ours = session.said;
  auto const& theirs = *session.peer_settings;
  bool const server = session.self == role::server;
  if (!ours.h3_datagram || !theirs.h3_datagram || on.max_datagram() == 0) return webtransport_version::none;
  if (!server && !theirs.enable_connect_protocol) return webtransport_version::none;
  if (ours.webtransport && theirs.webtransport && on.has_reset_at()) return webtransport_version::newest;
  if (theirs.webtransport_max_sessions > 0) return webtransport_version::draft07;
  // Its clients have to say in a field that they mean it, and only browsers were left that do.
  if (theirs.webtransport_draft02 && server) return webtransport_version::draft02;
  return webtransport_version::none;
}

/// Whether sessions have limits of their own ("Negotiating the Use of Flow Control").
template <transport T>
bool limits_sessions(session_state const& session, T& on) {
  return spoken(session, on) == webtransport_version::newest && session.said.limits_sessions() &&
         session.peer_settings->limits_sessions();
}

/// How many sessions there may be at a time.
template <transport T>
std::uint64_t most_sessions(session_state const& session, T& on) {
  std::uint64_t const ours = session.settings.webtransport.sessions;
  auto const version = spoken(session, on);
  if (version == webtransport_version::newest) return limits_sessions(session, on) ? ours : 1;
  bool const asks = session.self == role::client && version == webtransport_version::draft07;
  return asks ? std::min(ours, session.peer_settings->webtransport_max_sessions) : ours;
}

/// The :protocol by which sessions are asked for ("Upgrade Token Registration").
constexpr std::string_view session_protocol(webtransport_version version) noexcept {
  return version == webtransport_version::newest ? "webtransport-h3" : "webtransport";
}
constexpr bool may_ask_for_session(std::string_view protocol) noexcept {
  return protocol == "webtransport" || protocol == "webtransport-h3";
}

namespace detail {

inline void queue(session_state& session, data_stream& one) {
  if (std::exchange(one.queued, true)) return;
  session.ready.push_back(one.id);
}

/// Writes that a session's limit cut short may be tried again.
inline void wake_writers(session_state& session, stream_id owner) {
  auto* const all = session.webtransport.streams_of(owner);
  while (auto* const one = all == nullptr ? nullptr : all->take_waiting()) {
    if (!std::exchange(one->wants_writable, false)) continue;
    one->tell_writable = true;
    queue(session, *one);
  }
}

/// A stream was reset: what was written and never sent costs nothing ("Data Limits", RFC 9000 4.5).
template <transport T>
void give_back_unsent(session_state& session, T& on, data_stream& one) {
  auto* const credit = session.webtransport.credit_of(one.owner);
  auto const sizes = credit == nullptr || one.written == 0 ? std::nullopt : on.sizes(one.id);
  if (!sizes) return;
  auto const sent = sizes->sent - std::min<std::uint64_t>(sizes->sent, one.header_size);
  if (sent >= one.written) return;
  credit->bytes.give_back(one.written - sent);
  one.written = sent;
  wake_writers(session, *one.owner);
}

/// "Resetting Data Streams": the header of a stream of ours arrives all the same, where both ends can do that.
template <transport T>
void reset_ours(session_state& session, T& on, data_stream& one, std::uint64_t code) {
  if (one.sent_all) return;
  if (one.header_size > 0 && one.unsent.empty() && on.has_reset_at())
    static_cast<void>(on.reset_at(one.id, code, one.header_size));
  else
    static_cast<void>(on.reset(one.id, code));
  one.writing = one.finish_when_sent = one.wants_writable = false;
  one.sent_all = true;
  give_back_unsent(session, on, one);
}

/// What has come and will not be read makes room for more.
inline void count_unread(session_state& session, data_stream& one) {
  auto* const credit = session.webtransport.credit_of(one.owner);
  if (credit == nullptr || one.reading || one.received <= one.consumed) return;
  credit->peer_bytes.release(one.received - one.consumed);
  one.consumed = one.received;
  session.webtransport.credit_moved = true;
}

template <transport T>
void stop_reading(session_state& session, T& on, data_stream& one, std::uint64_t code) {
  if (!std::exchange(one.reading, false) || one.ended) return;
  static_cast<void>(on.stop_sending(one.id, code));
  count_unread(session, one);
}

/// A stream of the peer's makes room for another one when all of it is counted.
inline void forget(session_state& session, data_stream& one) {
  auto& all = session.webtransport;
  if (one.at == data_stream::phase::waiting) --all.waiting;
  if (auto* const credit = one.counted ? all.credit_of(one.owner) : nullptr) {
    one.at = data_stream::phase::unsized;
    if (!one.size_known) return;
    if (one.id.initiator() != session.self) credit->peer_streams[index_of(one.id.direction())].release(1);
    all.credit_moved = true;
  }
  all.erase(one);
}

/// Gives up both directions and forgets the stream; the application hears nothing of that.
template <transport T>
void drop(session_state& session, T& on, data_stream& one, error_code code) {
  stop_reading(session, on, one, number_of(code));
  reset_ours(session, on, one, number_of(code));
  forget(session, one);
}

/// Whether a session may still begin with this request.
inline bool may_become_session(session_state const& session, exchange const& one) noexcept {
  if (one.over || one.received_all() || one.sending > send_phase::content) return false;
  if (session.self == role::client) return one.is_session;
  return one.asks_for_session || one.receiving == receive_phase::head;
}

/// Whether a client knows that there is a session; a server decides that by itself.
inline bool is_answered(session_state const& session, exchange const& one) noexcept {
  return session.self == role::server || one.receiving != receive_phase::head;
}

/// Whether what belongs to the session `id` has to wait for it: its request has not come, or has no answer yet.
inline bool is_awaited(session_state& session, stream_id id) noexcept {
  if (auto const* const owner = session.exchanges.find(id)) return may_become_session(session, *owner);
  return session.self == role::server && id >= session.next_request &&
         (!session.goaway_sent || id.value() < *session.goaway_sent);
}

inline void begin(session_state& session, data_stream& one) {
  one.at = data_stream::phase::open;
  one.tell_opened = true;
  queue(session, one);
}

}  // namespace detail

/// Whether a request still waits for the peer's settings.
inline bool waits_for_settings(session_state const& session, exchange const& one) noexcept {
  return one.asks_for_session && one.found == finding::head && !session.peer_settings;
}

/// A request has come to the end of either message, and with it a session, if it was one: its streams are gone
/// ("Session Termination").
template <transport T>
void end_session(session_state& session, T& on, exchange& one) {
  auto& all = session.webtransport;
  if (std::exchange(one.is_session, false)) --all.sessions;
  if (one.asks_for_session) one.takes_streams = one.takes_datagrams = one.tell_datagrams = false;
  all.credits.erase(one.id);  // nothing counts any more
  if (all.held.size() > 0) all.held.drop(one.id);
  while (auto* const left = all.streams_of(one.id))
    detail::drop(session, on, *left->first(), webtransport::session_gone);
}

/// A datagram of a request that takes none (yet): whether it is kept for a session, or thrown away because of that.
inline bool hold_datagram(session_state& session, stream_id id, byte_view payload) {
  if (!takes_sessions(session) || !detail::is_awaited(session, id)) return false;
  auto const& caps = session.settings.webtransport;
  static_cast<void>(session.webtransport.held.hold(id, payload, caps.held_datagrams, caps.held_bytes));
  return true;
}

}  // namespace quoin::http3
