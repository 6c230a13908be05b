// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer's unidirectional streams: its control stream, its QPACK streams, and what nobody knows (RFC 9114 6.2).
#pragma once

#include <quoin/http3/session/critical.hpp>
#include <quoin/http3/session/data_stream_events.hpp>
#include <quoin/http3/session/remembered.hpp>
#include <quoin/http3/wire/priority.hpp>

namespace quoin::http3 {

namespace detail {

// ---- frames of the control stream (RFC 9114 7.2)

template <transport T>
result<> on_settings(session_state& session, T& on, byte_view payload) {
  auto const read = read_settings(payload);
  if (!read) return unexpected{read.error()};
  if (session.assumed) QUOIN_TRY(check_kept(*read, *session.assumed));
  session.assumed.reset();
  session.peer_settings = *read;
  // Without a stream for its instructions the encoder does without its table.
  if (session.encoder_stream.id)
    session.encoder.on_peer_settings(read->qpack_max_table_capacity, read->qpack_blocked_streams);
  flush_critical(session, on);
  session.exchanges.for_each([&](exchange& one) {
    if (one.asks_for_session) queue(session, one);
  });
  session.announcements.push_back({session_event::kind::settings, {}, 0});
  return {};
}

/// RFC 9114 5.2, 7.2.6: a stream to a client, a push to a server; never more than before.
template <transport T>
result<> on_goaway(session_state& session, T& on, byte_view payload) {
  auto const id = read_number_payload(payload);
  if (!id) return unexpected{id.error()};
  if (session.self == role::client && (*id & 3) != 0)
    return fail(error_code::id_error, "GOAWAY with a stream that is no request");
  if (session.goaway_received && *id > *session.goaway_received)
    return fail(error_code::id_error, "GOAWAY that takes in more than before");
  if (!session.goaway_received)
    session.announcements.push_back({session_event::kind::goaway, {}, *id});
  else if (session.self == role::server || *id == *session.goaway_received)
    count_nuisance(session, on);
  session.goaway_received = *id;
  if (session.self == role::server) return {};
  session.exchanges.for_each([&](exchange& one) {
    // RFC 9114 4.1.1: the server has not looked at them, and another one may.
    if (one.id.value() >= *id) give_up(session, on, one, error_code::request_cancelled, error_code::request_rejected);
  });
  close_if_done(session, on);
  return {};
}

/// We allow no pushes, so that none can be cancelled (RFC 9114 7.2.3).
inline result<> on_cancel_push(session_state const& session, byte_view payload) {
  auto const id = read_number_payload(payload);
  if (!id) return unexpected{id.error()};
  return fail(error_code::id_error, session.self == role::server ? "CANCEL_PUSH of a push that was never promised"
                                                                 : "CANCEL_PUSH of a push that was never allowed");
}

/// RFC 9114 7.2.7. We never push; the rule is kept all the same.
template <transport T>
result<> on_max_push_id(session_state& session, T& on, byte_view payload) {
  auto const id = read_number_payload(payload);
  if (!id) return unexpected{id.error()};
  if (session.most_push_id) count_nuisance(session, on);
  if (session.most_push_id && *id < *session.most_push_id)
    return fail(error_code::id_error, "MAX_PUSH_ID that takes back");
  session.most_push_id = *id;
  return {};
}

/// For a request that may have come or not (RFC 9218 7.2).
template <transport T>
result<> on_priority_update(session_state& session, T& on, byte_view payload) {
  auto const update = read_priority_update(payload);
  if (!update) return unexpected{update.error()};
  stream_id const id{update->element};
  if (!id.is_bidirectional() || id.initiator() != role::client)
    return fail(error_code::id_error, "PRIORITY_UPDATE of what is no request");
  if (id.index() >= session.next_request.index() + session.settings.request_streams)
    return fail(error_code::id_error, "PRIORITY_UPDATE of a request beyond the limit");
  auto const priority = read_priority(update->value);
  if (!priority) return {};
  if (auto* const one = session.exchanges.find(id)) {
    if (std::exchange(one->priority_updated, true)) count_nuisance(session, on);
    static_cast<void>(on.prioritize(id, *priority));
    return {};
  }
  if (id < session.next_request) {
    count_nuisance(session, on);
    return {};
  }
  auto& waiting = session.early_priorities;
  auto const known = std::find_if(waiting.begin(), waiting.end(), [id](auto const& one) { return one.id == id; });
  if (known != waiting.end()) {
    known->priority = *priority;
    count_nuisance(session, on);
    return {};
  }
  if (waiting.full()) waiting.erase_at(0);
  waiting.push_back({id, *priority});
  return {};
}

template <transport T>
result<> on_control_frame(session_state& session, T& on, std::uint64_t type, byte_view payload) {
  switch (static_cast<frame_type>(type)) {
    case frame_type::settings: return on_settings(session, on, payload);
    case frame_type::goaway: return on_goaway(session, on, payload);
    case frame_type::cancel_push: return on_cancel_push(session, payload);
    case frame_type::max_push_id: return on_max_push_id(session, on, payload);
    case frame_type::priority_update_of_request: return on_priority_update(session, on, payload);
    case frame_type::priority_update_of_push:
      return fail(error_code::id_error, "PRIORITY_UPDATE of a push that was never promised");
    default: return {};
  }
}

/// Judges a frame by its header: what is too long is refused before it comes.
template <transport T>
result<> on_control_header(session_state& session, T& on, frame_header const& header) {
  auto const verdict = judge(header.type, frame_place::control_stream, session.self);
  auto const type = static_cast<frame_type>(header.type);
  // RFC 9114 6.2.1
  if (!session.peer_settings && type != frame_type::settings)
    return fail(error_code::missing_settings, "a control stream that does not begin with SETTINGS");
  if (verdict == frame_verdict::unexpected)
    return fail(error_code::frame_unexpected, "a frame that has no place on a control stream");
  if (header.type == webtransport_signal && takes_sessions(session))
    return fail(error_code::frame_error, "WT_STREAM on a control stream");
  if (verdict == frame_verdict::skip) {
    count_nuisance(session, on);
    return {};
  }
  if (type == frame_type::settings) {
    if (session.peer_settings) return fail(error_code::frame_unexpected, "a second SETTINGS frame");
    if (header.length > most_control_payload) return fail(error_code::excessive_load, "SETTINGS without end");
  } else if (type == frame_type::priority_update_of_request || type == frame_type::priority_update_of_push) {
    if (header.length > most_priority_payload) count_nuisance(session, on);  // skipped
  } else if (header.length > 8) {
    return fail(error_code::frame_error, "a frame that is not one number long");
  }
  return {};
}

/// Whether the payload of the frame under way is gathered, to be looked at whole.
inline bool is_gathered(session_state const& session, frame_header const& header) {
  return judge(header.type, frame_place::control_stream, session.self) == frame_verdict::take &&
         header.length <= (header.type == static_cast<std::uint64_t>(frame_type::settings) ? most_control_payload
                                                                                           : most_priority_payload);
}

template <transport T>
result<> on_control_bytes(session_state& session, T& on, byte_view bytes) {
  auto& frames = session.control_frames;
  while (!bytes.empty() && !session.closed) {
    if (!frames.in_payload()) {
      auto const header = frames.read_header(bytes);
      if (!header) return {};
      QUOIN_TRY(on_control_header(session, on, *header));
      session.control_payload.clear();
      if (header->length == 0) QUOIN_TRY(on_control_frame(session, on, header->type, {}));
      continue;
    }
    auto const piece = frames.payload_of(bytes);
    bytes = bytes.subspan(piece.size());
    frames.took(piece.size());
    if (!is_gathered(session, frames.current())) {
      session.control_skipped += piece.size();
      if (session.control_skipped < skipped_for_a_trifle) continue;
      session.control_skipped = 0;
      count_nuisance(session, on);
      continue;
    }
    session.control_payload.insert(session.control_payload.end(), piece.begin(), piece.end());
    if (!frames.in_payload()) QUOIN_TRY(on_control_frame(session, on, frames.current().type, session.control_payload));
  }
  return {};
}

// ---- QPACK (RFC 9204 4.2)

inline result<> on_encoder_bytes(session_state& session, byte_view bytes) {
  if (auto const read = session.decoder.on_encoder_stream(bytes); !read) return unexpected{from(read.error())};
  while (auto const id = session.decoder.next_unblocked()) {
    auto* const one = session.exchanges.find(stream_id{*id});
    if (one == nullptr) continue;
    one->blocked = false;
    queue(session, *one);
  }
  return {};
}

inline result<> on_decoder_bytes(session_state& session, byte_view bytes) {
  if (auto const read = session.encoder.on_decoder_stream(bytes); !read) return unexpected{from(read.error())};
  return {};
}

// ---- streams

/// RFC 9114 6.2: what a stream is for; false when it is for nothing that we know.
inline result<bool> take_type(session_state& session, peer_stream& stream, std::uint64_t type) {
  using kind = peer_stream::kind;
  switch (static_cast<stream_type>(type)) {
    case stream_type::control: stream.what = kind::control; break;
    case stream_type::qpack_encoder: stream.what = kind::qpack_encoder; break;
    case stream_type::qpack_decoder: stream.what = kind::qpack_decoder; break;
    case stream_type::push:
      if (session.self == role::server) return fail(error_code::stream_creation_error, "a push by a client");
      return fail(error_code::id_error, "a push that was never allowed");
    default: return false;
  }
  if (std::exchange(session.peer_has[static_cast<std::size_t>(stream.what) - 1], true))
    return fail(error_code::stream_creation_error, "a second stream of which there is one");
  return true;
}

/// Until the peer's settings have come it may be one of a session ("Buffering Incoming Streams and Datagrams").
template <transport T>
bool is_data_stream(session_state const& session, T& on, std::uint64_t type) {
  if (type != static_cast<std::uint64_t>(stream_type::webtransport) || !takes_sessions(session)) return false;
  return !session.peer_settings || spoken(session, on) != webtransport_version::none;
}

template <transport T>
result<> on_peer_bytes(session_state& session, T& on, peer_stream const& stream, byte_view bytes) {
  switch (stream.what) {
    case peer_stream::kind::control: return on_control_bytes(session, on, bytes);
    case peer_stream::kind::qpack_encoder: return on_encoder_bytes(session, bytes);
    case peer_stream::kind::qpack_decoder: return on_decoder_bytes(session, bytes);
    case peer_stream::kind::untyped: break;
  }
  return {};
}

}  // namespace detail

/// Bytes or the end have come on a unidirectional stream of the peer.
template <transport T>
result<> read_peer_stream(session_state& session, T& on, stream_id id) {
  auto const known = session.peer_streams.find(id);
  if (known == session.peer_streams.end()) return {};
  auto& stream = known->second;
  bool ended = false;
  while (!ended && !session.closed) {
    auto const view = on.peek(id);
    if (!view) return {};
    auto bytes = *view;
    if (stream.what == peer_stream::kind::untyped && !bytes.empty()) {
      if (auto const type = stream.type.read(bytes)) {
        if (detail::is_data_stream(session, on, *type)) {
          session.peer_streams.erase(known);
          bool const ends = on.consume(id, view->size() - bytes.size()).value_or(false);
          begin_data_stream(session, on, id, ends);
          return {};
        }
        auto const taken = detail::take_type(session, stream, *type);
        if (!taken) return unexpected{taken.error()};
        if (!*taken) {
          // RFC 9114 6.2, 9: of no use to us, and no harm.
          static_cast<void>(on.stop_sending(id, number_of(error_code::stream_creation_error)));
          session.peer_streams.erase(known);
          count_nuisance(session, on);
          return {};
        }
      }
    }
    QUOIN_TRY(detail::on_peer_bytes(session, on, stream, bytes));
    if (session.closed) return {};
    ended = on.consume(id, view->size()).value_or(false);
    if (view->empty()) break;
  }
  if (!ended) return {};
  if (stream.what != peer_stream::kind::untyped)
    return fail(error_code::closed_critical_stream, "the peer ended a critical stream");
  session.peer_streams.erase(known);  // RFC 9114 6.2: it may end before its type is known
  return {};
}

/// RFC 9114 6.2.1, RFC 9204 4.2.
inline result<> reset_peer_stream(session_state& session, stream_id id) {
  auto const known = session.peer_streams.find(id);
  if (known == session.peer_streams.end()) return {};
  if (known->second.what != peer_stream::kind::untyped)
    return fail(error_code::closed_critical_stream, "the peer reset a critical stream");
  session.peer_streams.erase(known);
  return {};
}

}  // namespace quoin::http3
