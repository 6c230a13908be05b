// SPDX-License-Identifier: BSL-1.0
/// \file
/// How exchanges and sessions come to an end (RFC 9114 4.1.1, 5.2, 8).
#pragma once

#include <quoin/http3/session/data_streams.hpp>

namespace quoin::http3 {

/// Forgets the bytes of a section that came in pieces.
inline void drop_section(session_state& session, exchange& one) {
  session.held_sections -= one.section.size();
  one.section.clear();
  one.section_whole = false;
}

/// Nobody will ask for it any more.
inline void remove(session_state& session, exchange& one) {
  drop_section(session, one);
  session.held_fields -= one.fields.section_size() + one.trailers.section_size();
  session.exchanges.remove(stream_id{one.id});
}

/// RFC 9114 5.2: once everything that was to be done is done.
template <transport T>
void close_if_done(session_state& session, T& on) {
  bool const ending = session.goaway_sent || (session.self == role::client && session.goaway_received);
  // A server that only warned of its end may still be asked for something.
  bool const warned = session.self == role::server && session.goaway_sent == goaway_as_warning;
  if (ending && !warned && session.exchanges.empty()) end(session, on, {error_code::no_error, "done"});
}

/// When both messages have ended, the exchange is forgotten, once the application knows.
template <transport T>
void settle(session_state& session, T& on, exchange& one) {
  if (one.over || !one.received_all() || !one.sent_all() || one.found != finding::nothing) return;
  one.over = true;
  if (one.known) return queue(session, one);
  remove(session, one);
  close_if_done(session, on);
}

/// No more of the peer's message will be read. QPACK is told, for sections may be outstanding (RFC 9204 2.2.2.2).
template <transport T>
void stop_receiving(session_state& session, T& on, exchange& one, error_code code, bool tell_peer) {
  if (one.received_all()) return;
  if (tell_peer && !one.ends) static_cast<void>(on.stop_sending(one.id, number_of(code)));
  if (auto const cancelled = session.decoder.cancel(one.id.value()); !cancelled)
    end(session, on, from(cancelled.error()));
  drop_section(session, one);
  one.blocked = false;
  one.receiving = receive_phase::gone;
  end_session(session, on, one);
}

template <transport T>
void stop_sending(session_state& session, T& on, exchange& one, error_code code) {
  if (one.sent_all()) return;
  static_cast<void>(on.reset(one.id, number_of(code)));
  one.unsent.clear();
  one.sending = send_phase::gone;
  end_session(session, on, one);
}

/// Both directions end with `code`; the application hears `told`.
template <transport T>
[[gnu::cold]] void give_up(session_state& session, T& on, exchange& one, error_code code, error_code told) {
  if (one.found == finding::failed || one.over) return;
  stop_sending(session, on, one, code);
  stop_receiving(session, on, one, code, true);
  one.receiving = receive_phase::gone;
  one.code = number_of(told);
  one.found = one.known ? finding::failed : finding::nothing;
  if (one.known) return queue(session, one);
  settle(session, on, one);
}

/// A stream error of the peer's making (RFC 9114 8). It costs the peer something, for else it could have us reset
/// streams without end, each of which makes room for another.
template <transport T>
[[gnu::cold]] void refuse(session_state& session, T& on, exchange& one, error const& why) {
  if (why.scope == error_scope::connection) return end(session, on, why);
  count_nuisance(session, on);
  give_up(session, on, one, why.code, why.code);
}

}  // namespace quoin::http3
