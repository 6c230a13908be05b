// SPDX-License-Identifier: BSL-1.0
/// \file
/// What happens to the streams of WebTransport's sessions, and what the application hears of it.
#pragma once

#include <quoin/http3/session/critical.hpp>
#include <quoin/http3/session/data_stream_credit.hpp>

namespace quoin::http3 {

/// Server: whether the application may hear of a request for a session. It may not before the peer's settings have
/// come, and never where they do not suffice, or where there are as many sessions as there may be.
template <transport T>
bool admit_session(session_state& session, T& on, exchange& one) {
  if (!session.peer_settings) return false;  // "Negotiating the Draft Version": `on_settings` wakes it
  auto const version = spoken(session, on);
  if (version == webtransport_version::none) {
    refuse(session, on, one, {error_code::message_error, "WebTransport needs more settings", error_scope::stream});
    return false;
  }
  if (one.head.protocol != session_protocol(version)) {
    one.asks_for_session = false;  // another protocol
    return true;
  }
  if (auto const* const credit = session.webtransport.credit_of(one.id); credit != nullptr && credit->overdrawn) {
    refuse(session, on, one, {webtransport::flow_control_error, "too many streams or bytes", error_scope::stream});
    return false;
  }
  if (session.webtransport.sessions >= most_sessions(session, on)) {
    refuse(session, on, one, {error_code::request_rejected, "one session too many", error_scope::stream});
    return false;
  }
  one.is_session = true;
  ++session.webtransport.sessions;
  return true;
}

/// A stream of the peer's that begins like one of a session; `signalled`: it is known to.
inline data_stream& add_data_stream(session_state& session, stream_id id, bool signalled) {
  auto& one = session.webtransport.streams[id];
  one.id = id;
  one.reading = true;
  one.writing = id.is_bidirectional();
  one.sent_all = !one.writing;
  one.signalled = signalled;
  return one;
}

/// QUIC has reset our half (RFC 9000 3.5).
template <transport T>
void on_data_stopped(session_state& session, T& on, data_stream& one, std::uint64_t code) {
  if (one.sent_all) return;
  one.writing = one.finish_when_sent = one.wants_writable = one.tell_writable = false;
  one.sent_all = true;
  one.stopped_by_peer = code;
  detail::give_back_unsent(session, on, one);
  if (one.at == data_stream::phase::open) detail::queue(session, one);
}

namespace detail {

/// The header has been read.
template <transport T>
void place(session_state& session, T& on, data_stream& one, std::uint64_t owner) {
  stream_id const id{owner};
  // "WebTransport Features"; nor can anybody have asked for it on a stream that there cannot be yet.
  bool const possible = id.is_bidirectional() && id.initiator() == role::client && !is_beyond_limit(session, id);
  if (!possible) return end(session, on, {error_code::id_error, "a stream of a session that there cannot be"});
  session.webtransport.give_owner(one, id);
  auto const* const asked = session.exchanges.find(id);
  bool const established = asked != nullptr && asked->takes_streams && is_answered(session, *asked);
  bool const awaited = !established && is_awaited(session, id);
  if ((established || awaited) && !count_in(session, on, one)) return;
  if (established) return begin(session, one);
  if (awaited && session.webtransport.waiting < session.settings.webtransport.held_streams) {
    one.at = data_stream::phase::waiting;
    ++session.webtransport.waiting;
    return;
  }
  drop(session, on, one, awaited ? webtransport::buffered_stream_rejected : webtransport::session_gone);
  count_nuisance(session, on);
}

}  // namespace detail

/// From now on the streams and datagrams of a session are taken, and those that have waited are told; before the answer
/// a client's application may only send some. False when the request is not one for a session, or it is over.
template <transport T>
bool establish(session_state& session, T& on, exchange& one) {
  if (!one.is_session || one.received_all() || one.sending > send_phase::content) return false;
  one.takes_streams = one.takes_datagrams = true;
  detail::begin_credit(session, on, one.id);
  if (!detail::is_answered(session, one)) return true;
  auto const* const owned = session.webtransport.streams_of(one.id);
  for (auto* stream = owned == nullptr ? nullptr : owned->first(); stream != nullptr; stream = stream->next) {
    if (stream->at != data_stream::phase::waiting) continue;
    // Those that came before the settings have not been counted.
    if (!detail::count_in(session, on, *stream)) return false;
    --session.webtransport.waiting;
    detail::begin(session, *stream);
  }
  one.tell_datagrams = session.webtransport.held.has(one.id);
  if (one.tell_datagrams) queue(session, one);
  return true;
}

/// A request stream that turned out to be something else ("Bidirectional Streams"). What was read of it is consumed.
template <transport T>
void hand_over_stream(session_state& session, T& on, exchange& one) {
  auto const id = one.id;
  auto const owner = *one.becomes;
  bool const ended = one.ends;
  bool const stopped = one.sending != send_phase::head;
  auto const code = one.code;
  end_session(session, on, one);  // there will be none of this number, whatever waits for it
  remove(session, one);
  auto& stream = add_data_stream(session, id, true);
  stream.ended = ended;
  if (stopped) on_data_stopped(session, on, stream, code);
  detail::place(session, on, stream, owner);
}

/// A stream that came to its end before it was known whose it is: all of it was for nothing.
template <transport T>
void drop_unnamed(session_state& session, T& on, data_stream& one) {
  detail::drop(session, on, one, webtransport::session_gone);
  count_nuisance(session, on);
}

/// The rest of a header, as far as it has come.
template <transport T>
void read_data_header(session_state& session, T& on, data_stream& one) {
  while (one.at == data_stream::phase::header && !session.closed) {
    auto const view = on.peek(one.id);
    if (!view) return;
    auto bytes = *view;
    auto const number = one.header.read(bytes);
    if (on.consume(one.id, view->size() - bytes.size()).value_or(false)) one.ended = true;
    if (!number) {
      if (one.ended) drop_unnamed(session, on, one);
      return;
    }
    if (one.signalled) return detail::place(session, on, one, *number);
    // RFC 9114 6.1: of servers, WebTransport has opened this one door.
    if (*number != webtransport_signal)
      return end(session, on, {error_code::stream_creation_error, "a server's stream that is none of WebTransport"});
    one.signalled = true;
  }
}

/// A unidirectional stream of the peer's whose type says so.
template <transport T>
void begin_data_stream(session_state& session, T& on, stream_id id, bool ended) {
  auto& one = add_data_stream(session, id, true);
  one.ended = ended;
  if (ended) return drop_unnamed(session, on, one);
  read_data_header(session, on, one);
}

template <transport T>
void on_data_readable(session_state& session, T& on, data_stream& one) {
  if (one.at == data_stream::phase::header) return read_data_header(session, on, one);
  if (!detail::count_bytes(session, on, one)) return;
  if (one.at == data_stream::phase::open) detail::queue(session, one);
}

/// Sends what is left of a header, and the end, if it is due.
template <transport T>
bool flush_data(T& on, data_stream& one) {
  if (!one.unsent.empty()) {
    auto const taken = detail::hand_over(on, one.id, {one.unsent.begin(), one.unsent.size()});
    for (std::size_t i = 0; i < taken; ++i) one.unsent.erase_at(0);
    if (!one.unsent.empty()) return false;
  }
  if (std::exchange(one.finish_when_sent, false)) static_cast<void>(on.finish(one.id));
  return true;
}

template <transport T>
void on_data_writable(session_state& session, T& on, data_stream& one) {
  if (!flush_data(on, one) || !std::exchange(one.wants_writable, false)) return;
  one.tell_writable = true;
  detail::queue(session, one);
}

template <transport T>
void on_data_reset(session_state& session, T& on, data_stream& one, std::uint64_t code) {
  if (!std::exchange(one.reading, false)) return;
  if (one.at == data_stream::phase::header) return drop_unnamed(session, on, one);
  one.reset_by_peer = code;
  detail::count_unread(session, one);
  if (one.at == data_stream::phase::open) detail::queue(session, one);
}

inline void on_data_acknowledged(session_state& session, data_stream& one) {
  if (one.writing || one.finish_when_sent) return;
  one.sent_all = true;
  if (one.at == data_stream::phase::open) detail::queue(session, one);
}

namespace detail {

/// Whether there are bytes; notices the end.
template <transport T>
bool is_readable(T& on, data_stream& one) {
  if (!one.reading || one.ended) return false;
  auto const view = on.peek(one.id);
  if (!view) return false;
  if (!view->empty()) return true;
  one.ended = on.consume(one.id, 0).value_or(false);
  return false;
}

}  // namespace detail

/// The next thing to tell of a stream, if there is any; it may be gone afterwards.
template <transport T>
std::optional<session_event> next_of(session_state& session, T& on, data_stream& one) {
  using kind = session_event::kind;
  if (one.at != data_stream::phase::open) return std::nullopt;
  auto const* const owner = session.exchanges.find(*one.owner);
  if (owner == nullptr) return std::nullopt;
  auto const tell = [&session, &one, context = owner->context](kind what, std::uint64_t code = 0) {
    detail::queue(session, one);
    return session_event{what, one.id, code, context};
  };
  if (std::exchange(one.tell_opened, false)) return tell(kind::stream_opened);
  if (auto const code = std::exchange(one.stopped_by_peer, std::nullopt)) return tell(kind::stream_stopped, *code);
  if (std::exchange(one.tell_writable, false) && one.writing) return tell(kind::stream_writable);
  if (auto const code = std::exchange(one.reset_by_peer, std::nullopt)) return tell(kind::stream_reset, *code);
  if (detail::is_readable(on, one)) {
    if (std::exchange(one.told_readable, true)) return std::nullopt;
    return tell(kind::stream_readable);
  }
  if (one.ended && std::exchange(one.reading, false)) return tell(kind::stream_end);
  if (one.reading || !one.sent_all) return std::nullopt;
  session_event const last{kind::stream_over, one.id, 0, owner->context};
  detail::forget(session, one);
  return last;
}

}  // namespace quoin::http3
