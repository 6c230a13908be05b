// SPDX-License-Identifier: BSL-1.0
/// \file
/// What follows from each thing that happens to a stream (RFC 9114 6).
#pragma once

#include <quoin/http3/session/control.hpp>
#include <quoin/http3/session/send.hpp>

namespace quoin::http3 {

namespace detail {

/// RFC 9114 5.2: a request that we said we would not take. Nothing of it has been looked at.
template <transport T>
void reject(session_state& session, T& on, stream_id id) {
  if (auto const cancelled = session.decoder.cancel(id.value()); !cancelled)
    return end(session, on, from(cancelled.error()));
  static_cast<void>(on.stop_sending(id, number_of(error_code::request_rejected)));
  static_cast<void>(on.reset(id, number_of(error_code::request_rejected)));
}

/// A priority that came before its request (RFC 9218 7).
template <transport T>
void apply_early_priority(session_state& session, T& on, exchange& one) {
  auto& waiting = session.early_priorities;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (waiting[i].id != one.id) continue;
    static_cast<void>(on.prioritize(one.id, waiting[i].priority));
    one.priority_updated = true;
    return waiting.erase_at(i);
  }
}

[[nodiscard]] inline bool is_ours(session_state const& session, stream_id id) noexcept {
  for (auto const* stream : {&session.control, &session.encoder_stream, &session.decoder_stream})
    if (stream->id == id) return true;
  return false;
}

/// The peer gave up a part of an exchange, which costs it nothing and us perhaps much (RFC 9114 10.5).
template <transport T>
void note_cancelled(session_state& session, T& on, exchange& one) {
  bool const answered = one.sending >= send_phase::finished;
  if (session.self == role::server && !answered && !std::exchange(one.cancelled, true)) count_nuisance(session, on);
}

}  // namespace detail

template <transport T>
void on_opened(session_state& session, T& on, stream_id id) {
  if (!id.is_bidirectional()) {
    session.peer_streams.emplace(id, peer_stream{});
    return;
  }
  // RFC 9114 6.1: only clients open them, unless something else was agreed on.
  if (session.self == role::client && spoken(session, on) != webtransport_version::none) {
    add_data_stream(session, id, false);
    return;
  }
  if (session.self == role::client)
    return end(session, on, {error_code::stream_creation_error, "a bidirectional stream of a server"});
  bool const late = session.goaway_sent && id.value() >= *session.goaway_sent;
  // Streams of a session may still be opened, and begin like requests.
  if (late && session.webtransport.sessions == 0) return detail::reject(session, on, id);
  session.next_request = std::max(session.next_request, stream_id{id.value() + 4});
  auto& one = session.exchanges.add(id, on.now());
  one.late = late;
  detail::apply_early_priority(session, on, one);
}

template <transport T>
void on_readable(session_state& session, T& on, stream_id id) {
  if (auto* const data = session.webtransport.find(id)) return on_data_readable(session, on, *data);
  if (id.is_bidirectional()) {
    if (auto* const one = session.exchanges.find(id)) queue(session, *one);
    return;
  }
  if (auto const read = read_peer_stream(session, on, id); !read) end(session, on, read.error());
}

template <transport T>
void on_writable(session_state& session, T& on, stream_id id) {
  if (auto* const data = session.webtransport.find(id)) return on_data_writable(session, on, *data);
  auto* const one = session.exchanges.find(id);
  if (one == nullptr || !detail::flush(on, *one)) return;
  session.webtransport.credit_moved = true;
  if (std::exchange(one->finish_when_sent, false)) static_cast<void>(on.finish(id));
  if (!std::exchange(one->wants_writable, false)) return;
  one->tell_writable = true;
  queue(session, *one);
}

/// The peer gave up sending its message: nobody can answer half a request, or use half a response that it did not get.
template <transport T>
void on_reset(session_state& session, T& on, stream_id id, std::uint64_t code) {
  if (auto* const data = session.webtransport.find(id)) return on_data_reset(session, on, *data, code);
  if (!id.is_bidirectional()) {
    if (auto const reset = reset_peer_stream(session, id); !reset) end(session, on, reset.error());
    return;
  }
  auto* const one = session.exchanges.find(id);
  if (one == nullptr || one->received_all()) return;
  detail::note_cancelled(session, on, *one);
  stop_receiving(session, on, *one, error_code::request_cancelled, false);
  give_up(session, on, *one, error_code::request_cancelled, static_cast<error_code>(code));
}

/// The peer does not want our message; QUIC has reset the stream (RFC 9000 3.5).
template <transport T>
void on_stop_sending(session_state& session, T& on, stream_id id, std::uint64_t code) {
  if (detail::is_ours(session, id))
    return end(session, on, {error_code::closed_critical_stream, "the peer stopped a critical stream"});
  if (auto* const data = session.webtransport.find(id)) return on_data_stopped(session, on, *data, code);
  auto* const one = session.exchanges.find(id);
  if (one == nullptr || one->sent_all()) return;
  detail::note_cancelled(session, on, *one);
  one->sending = send_phase::gone;
  one->unsent.clear();
  one->finish_when_sent = false;
  one->stalled_since = never;
  end_session(session, on, *one);
  one->tell_stopped = one->known;
  one->code = code;
  if (one->known) queue(session, *one);
  settle(session, on, *one);
}

/// Everything that we said has arrived.
template <transport T>
void on_acknowledged(session_state& session, T& on, stream_id id) {
  if (auto* const data = session.webtransport.find(id)) return on_data_acknowledged(session, *data);
  auto* const one = session.exchanges.find(id);
  if (one == nullptr || one->sending != send_phase::finished) return;
  one->sending = send_phase::acknowledged;
  settle(session, on, *one);
}

template <transport T>
void on_streams_available(session_state& session, T& on, stream_id id) {
  if (!id.is_bidirectional()) open_critical(session, on);
  if (session.webtransport.sessions > 0)
    session.announcements.push_back({session_event::kind::streams_available, id, 0});
  if (id.is_bidirectional()) session.announcements.push_back({session_event::kind::requests_available, {}, 0});
}

}  // namespace quoin::http3
