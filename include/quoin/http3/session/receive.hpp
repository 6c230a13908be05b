// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer's message on a request stream, frame by frame, as far as the application lets it come (RFC 9114 4.1).
#pragma once

#include <quoin/http3/session/finish.hpp>
#include <quoin/http3/session/send.hpp>
#include <quoin/http3/wire/priority.hpp>

namespace quoin::http3 {

namespace detail {

/// Frames that do nothing and are forgiven on each stream.
inline constexpr std::uint16_t forgiven_trifles = 16;

template <transport T>
void count_trifle(session_state& session, T& on, exchange& one) {
  if (one.trifles < forgiven_trifles)
    ++one.trifles;
  else
    count_nuisance(session, on);
}

template <transport T>
void take(T& on, exchange& one, std::size_t count) {
  if (count > 0) one.starved_since = never;
  one.ends = on.consume(one.id, count).value_or(false) || one.ends;
}

// ---- heads and trailers

/// A client's wish, unless it said something newer on its control stream (RFC 9218 7).
template <transport T>
void apply_priority(T& on, exchange& one) {
  if (one.priority_updated || one.head.priority.empty()) return;
  if (auto const priority = read_priority(one.head.priority)) static_cast<void>(on.prioritize(one.id, *priority));
}

template <transport T>
result<> on_request_head(session_state& session, T& on, exchange& one) {
  auto const head = read_request_head(one.fields, takes_extended_connect(session.settings));
  if (!head) return unexpected{head.error()};
  one.head = *head;
  one.asks_for_session = takes_sessions(session) && may_ask_for_session(head->protocol);
  one.tunnel = head->is_connect();
  one.content = content_meter{head->content_length, false};
  one.receiving = receive_phase::content;
  one.found = finding::head;
  apply_priority(on, one);
  return {};
}

template <transport T>
result<> on_response_head(session_state& session, T& on, exchange& one) {
  auto const head = read_response_head(one.fields);
  if (!head) return unexpected{head.error()};
  one.head = *head;
  if (head->is_interim()) {
    if (++one.interims > session.settings.max_interim_responses)
      return fail_stream(error_code::excessive_load, "interim responses without end");
    one.found = finding::interim;
    return {};
  }
  // RFC 9110 6.4.1: some responses have no content, whatever they say.
  bool const success = head->status / 100 == 2;
  bool const none = one.is_head_request || head->status == 204 || head->status == 304;
  one.head.without_content = none;
  one.tunnel = one.is_connect_request && success;
  one.content = content_meter{one.tunnel ? std::nullopt : head->content_length, none};
  one.receiving = receive_phase::content;
  one.found = finding::head;
  if (one.asks_for_session && !success) end_session(session, on, one);  // what was said already was for nothing
  return {};
}

template <transport T>
result<> on_section(session_state& session, T& on, exchange& one) {
  if (one.receiving == receive_phase::head)
    return session.self == role::server ? on_request_head(session, on, one) : on_response_head(session, on, one);
  QUOIN_TRY(check_trailers(one.trailers));
  one.receiving = receive_phase::trailed;
  one.found = finding::trailers;
  return {};
}

/// RFC 9114 4.2.2, RFC 6585 5. Who sends so much to a server is told what was wrong.
template <transport T>
result<> on_too_large(session_state& session, T& on, exchange& one) {
  if (session.self == role::client || one.receiving != receive_phase::head || one.sending != send_phase::head)
    return fail_stream(error_code::message_error, "a field section that is too large");
  count_nuisance(session, on);
  field const answer[] = {{":status", "431", false}};
  static_cast<void>(send_section(session, on, one, answer));
  finish_message(session, on, one);
  stop_receiving(session, on, one, error_code::no_error, true);
  return {};
}

/// Decodes a section; false when it has to wait.
template <transport T>
result<bool> decode(session_state& session, T& on, exchange& one, byte_view bytes) {
  auto& list = one.receiving == receive_phase::head ? one.fields : one.trailers;
  session.held_fields -= list.section_size();
  list.clear();
  auto const room = session.settings.max_held_fields - session.held_fields;
  bool too_many = false;
  bool no_room = false;
  auto const outcome = session.decoder.decode(one.id.value(), bytes, [&](field const& line) {
    too_many = too_many || list.size() >= session.settings.max_fields;
    no_room = no_room || qpack::size_of(line.name, line.value) > room - list.section_size();
    if (!too_many && !no_room) list.add(line.name, line.value, line.sensitive);
  });
  session.held_fields += list.section_size();
  if (!outcome) return unexpected{from(outcome.error())};
  if (*outcome == qpack::section_outcome::blocked) {
    one.blocked = true;
    return false;
  }
  detail::flush_instructions(on, session.decoder_stream, session.decoder);
  if (no_room && !too_many && *outcome == qpack::section_outcome::decoded)
    return fail_stream(error_code::excessive_load, "too many fields at a time");
  auto const acted = too_many || *outcome == qpack::section_outcome::too_large ? on_too_large(session, on, one)
                                                                               : on_section(session, on, one);
  if (!acted) return unexpected{acted.error()};
  return true;
}

/// The next bytes of a HEADERS frame. A section that lies there in one piece is decoded in place; it is consumed when
/// that is done, so that one that waits for the table stays charged to flow control.
template <transport T>
result<> on_section_bytes(session_state& session, T& on, exchange& one, byte_view view) {
  auto const piece = one.frames.payload_of(view);
  if (one.section.empty() && piece.size() == one.frames.remaining()) {
    auto const decoded = decode(session, on, one, piece);
    if (!decoded) return unexpected{decoded.error()};
    if (!*decoded) return {};
    one.frames.took(piece.size());
    if (!one.received_all()) take(on, one, piece.size());
    return {};
  }
  if (piece.size() > session.settings.max_held_sections - session.held_sections)
    return fail_stream(error_code::excessive_load, "too many field sections without an end");
  one.section.insert(one.section.end(), piece.begin(), piece.end());
  session.held_sections += piece.size();
  one.frames.took(piece.size());
  take(on, one, piece.size());
  one.section_whole = !one.frames.in_payload();
  return {};
}

template <transport T>
result<> decode_kept(session_state& session, T& on, exchange& one) {
  auto const decoded = decode(session, on, one, one.section);
  if (!decoded) return unexpected{decoded.error()};
  if (*decoded) drop_section(session, one);
  return {};
}

// ---- frames

template <transport T>
result<> on_headers(session_state& session, T& on, exchange& one, std::uint64_t length) {
  if (one.receiving == receive_phase::trailed) return fail(error_code::frame_unexpected, "HEADERS behind the trailers");
  // Longer than what it may stand for: no encoder needs so much.
  if (length > session.settings.max_field_section_size) return on_too_large(session, on, one);
  if (length > 0) return {};
  auto const decoded = decode(session, on, one, {});
  return decoded ? result<>{} : unexpected{decoded.error()};
}

template <transport T>
result<> on_data(session_state& session, T& on, exchange& one, std::uint64_t length) {
  if (one.receiving != receive_phase::content)
    return fail(error_code::frame_unexpected, "DATA before the head or behind the trailers");
  if (length == 0) count_trifle(session, on, one);
  return one.content.on_data(length);
}

/// What looks like a frame's length is the ID of a session (draft-ietf-webtrans-http3, "Bidirectional Streams").
inline result<> on_signal(session_state const& session, exchange& one, frame_header const& header, bool first) {
  if (!first || session.self == role::client)
    return fail(error_code::frame_error, "WT_STREAM that does not begin a stream");
  one.becomes = header.length;
  return {};
}

/// RFC 9114 4.1, 7.2, 9: whether a frame may come here.
template <transport T>
result<> on_frame(session_state& session, T& on, exchange& one, frame_header const& header) {
  auto const type = static_cast<frame_type>(header.type);
  bool const first = !std::exchange(one.begun, true);
  if (header.type == webtransport_signal && takes_sessions(session)) return on_signal(session, one, header, first);
  if (one.late) return fail_stream(error_code::request_rejected, "a request behind GOAWAY");
  switch (judge(header.type, frame_place::request_stream, session.self)) {
    case frame_verdict::unexpected:
      return fail(error_code::frame_unexpected, "a frame that has no place on a request stream");
    case frame_verdict::unpromised: return fail(error_code::id_error, "a push that was never allowed");
    case frame_verdict::skip: count_trifle(session, on, one); return {};
    case frame_verdict::take: break;
  }
  // RFC 9114 4.4
  if (one.tunnel && type != frame_type::data) return fail(error_code::frame_unexpected, "a frame in a tunnel");
  return type == frame_type::data ? on_data(session, on, one, header.length)
                                  : on_headers(session, on, one, header.length);
}

/// The stream ended cleanly (RFC 9114 4.1, 7.1).
template <transport T>
result<> on_end(session_state& session, T& on, exchange& one) {
  if (!one.frames.between_frames()) return fail(error_code::frame_error, "a stream that ends inside a frame");
  if (one.receiving == receive_phase::head)
    return session.self == role::server
               ? fail_stream(error_code::request_incomplete, "a request that ends before it has begun")
               : fail_stream(error_code::message_error, "a response without a final head");
  QUOIN_TRY(one.content.on_end());
  one.receiving = receive_phase::ended;
  one.found = finding::end;
  end_session(session, on, one);
  return {};
}

/// One step: what lies there, or the end.
template <transport T>
result<> advance(session_state& session, T& on, exchange& one, byte_view view) {
  if (one.section_whole) return decode_kept(session, on, one);
  if (view.empty()) return on_end(session, on, one);
  if (!one.frames.in_payload()) {
    auto rest = view;
    auto const header = one.frames.read_header(rest);
    take(on, one, view.size() - rest.size());
    return header ? on_frame(session, on, one, *header) : result<>{};
  }
  if (one.frames.current().type == static_cast<std::uint64_t>(frame_type::headers))
    return on_section_bytes(session, on, one, view);
  auto const skipped = one.frames.payload_of(view).size();
  one.frames.took(skipped);
  take(on, one, skipped);
  one.skipped += skipped;
  if (one.skipped < skipped_for_a_trifle) return {};
  one.skipped = 0;
  count_trifle(session, on, one);
  return {};
}

inline bool in_content(exchange const& one) {
  return one.frames.in_payload() && one.frames.current().type == static_cast<std::uint64_t>(frame_type::data) &&
         one.receiving == receive_phase::content;
}

}  // namespace detail

/// Goes on until there is something to tell, or content to read, or nothing more has come. Returns the content that
/// lies there, if that is what it found; it is not consumed.
template <transport T>
byte_view receive(session_state& session, T& on, exchange& one) {
  while (!session.closed && one.found == finding::nothing && !one.received_all() && !one.blocked && !one.becomes) {
    byte_view view;
    if (!one.ends) {
      auto const seen = on.peek(one.id);
      if (!seen) return {};  // it was reset, which an event tells
      view = *seen;
      if (view.empty() && !one.section_whole) {
        detail::take(on, one, 0);
        if (one.ends) continue;
        if (one.starved_since == never) one.starved_since = on.now();
        return {};
      }
    }
    if (!view.empty() && detail::in_content(one)) return one.frames.payload_of(view);
    if (auto const went = detail::advance(session, on, one, view); !went) {
      refuse(session, on, one, went.error());
      return {};
    }
  }
  return {};
}

}  // namespace quoin::http3
