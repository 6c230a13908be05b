// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which draft of WebTransport is spoken, and how its sessions and their streams begin and end
/// (draft-ietf-webtrans-http3, "Session Establishment", "Buffering Incoming Streams and Datagrams", "Session
/// Termination").
#pragma once

#include <quoin/http3/session/state.hpp>
#include <quoin/http3/webtransport/stream_error.hpp>

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

/// The :protocol by which sessions are asked for ("Upgrade Token Registration").
constexpr std::string_view session_protocol(webtransport_version version) noexcept {
  return version == webtransport_version::newest ? "webtransport-h3" : "webtransport";
}
constexpr bool may_ask_for_session(std::string_view protocol) noexcept {
  return protocol == "webtransport" || protocol == "webtransport-h3";
}

namespace detail {

/// "Resetting Data Streams": the header of a stream of ours arrives all the same, where both ends can do that.
template <transport T>
void reset_ours(T& on, data_stream& one, std::uint64_t code) {
  if (one.sent_all) return;
  if (one.header_size > 0 && one.unsent.empty() && on.has_reset_at())
    static_cast<void>(on.reset_at(one.id, code, one.header_size));
  else
    static_cast<void>(on.reset(one.id, code));
  one.writing = one.finish_when_sent = one.wants_writable = false;
  one.sent_all = true;
}

template <transport T>
void stop_reading(T& on, data_stream& one, std::uint64_t code) {
  if (std::exchange(one.reading, false) && !one.ended) static_cast<void>(on.stop_sending(one.id, code));
}

inline void queue(session_state& session, data_stream& one) {
  if (std::exchange(one.queued, true)) return;
  session.ready.push_back(one.id);
}

inline void forget(session_state& session, data_stream& one) {
  if (one.at == data_stream::phase::waiting) --session.webtransport.waiting;
  session.webtransport.streams.erase(stream_id{one.id});
}

/// Gives up both directions and forgets the stream; the application hears nothing of that.
template <transport T>
void drop(session_state& session, T& on, data_stream& one, error_code code) {
  stop_reading(on, one, number_of(code));
  reset_ours(on, one, number_of(code));
  forget(session, one);
}

/// Whether a session may still begin with this request.
inline bool may_become_session(session_state const& session, exchange const& one) noexcept {
  if (one.over || one.received_all() || one.sending > send_phase::content) return false;
  return one.asks_for_session || (session.self == role::server && one.receiving == receive_phase::head);
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

/// The header has been read.
template <transport T>
void place(session_state& session, T& on, data_stream& one, std::uint64_t owner) {
  stream_id const id{owner};
  // "WebTransport Features"; nor can anybody have asked for it on a stream that there cannot be yet.
  bool const possible = id.is_bidirectional() && id.initiator() == role::client && !is_beyond_limit(session, id);
  if (!possible) return end(session, on, {error_code::id_error, "a stream of a session that there cannot be"});
  one.owner = id;
  auto const* const asked = session.exchanges.find(id);
  if (asked != nullptr && asked->takes_streams) return begin(session, one);
  bool const awaited = is_awaited(session, id);
  if (awaited && session.webtransport.waiting < session.settings.webtransport.held_streams) {
    one.at = data_stream::phase::waiting;
    ++session.webtransport.waiting;
    return;
  }
  drop(session, on, one, awaited ? webtransport::buffered_stream_rejected : webtransport::session_gone);
  count_nuisance(session, on);
}

}  // namespace detail

/// Whether a request still waits for the peer's settings.
inline bool waits_for_settings(session_state const& session, exchange const& one) noexcept {
  return one.asks_for_session && one.found == finding::head && !session.peer_settings;
}

/// From now on the streams and datagrams of a session are taken, and those that have waited are told. False when the
/// request is not one for a session, or it is over.
inline bool establish(session_state& session, exchange& one) {
  if (!one.is_session || one.received_all() || one.sending > send_phase::content) return false;
  if (std::exchange(one.takes_streams, true)) return true;
  one.takes_datagrams = true;
  for (auto& [id, stream] : session.webtransport.streams) {
    if (stream.at != data_stream::phase::waiting || stream.owner != one.id) continue;
    --session.webtransport.waiting;
    detail::begin(session, stream);
  }
  one.tell_datagrams = session.webtransport.held.has(one.id);
  if (one.tell_datagrams) queue(session, one);
  return true;
}

/// A request has come to the end of either message, and with it a session, if it was one: its streams are gone
/// ("Session Termination").
template <transport T>
void end_session(session_state& session, T& on, exchange& one) {
  auto& all = session.webtransport;
  if (std::exchange(one.is_session, false)) --all.sessions;
  if (one.asks_for_session) one.takes_streams = one.takes_datagrams = one.tell_datagrams = false;
  if (all.streams.empty() && all.held.size() == 0) return;
  all.held.drop(one.id);
  for (auto at = all.streams.begin(); at != all.streams.end();) {
    auto& stream = (at++)->second;
    if (stream.owner == one.id) detail::drop(session, on, stream, webtransport::session_gone);
  }
}

/// A datagram of a request that takes none (yet): whether it is kept for a session, or thrown away because of that.
inline bool hold_datagram(session_state& session, stream_id id, byte_view payload) {
  if (!takes_sessions(session) || !detail::is_awaited(session, id)) return false;
  auto const& caps = session.settings.webtransport;
  static_cast<void>(session.webtransport.held.hold(id, payload, caps.held_datagrams, caps.held_bytes));
  return true;
}

}  // namespace quoin::http3
