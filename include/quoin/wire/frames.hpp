// SPDX-License-Identifier: BSL-1.0
/// \file
/// Reads the frames of a packet that was opened (RFC 9000 12.4, 19): each is checked whole, then handed over.
#pragma once

#include <quoin/wire/frame/ack.hpp>
#include <quoin/wire/frame/bare.hpp>
#include <quoin/wire/frame/close.hpp>
#include <quoin/wire/frame/connection_id.hpp>
#include <quoin/wire/frame/crypto.hpp>
#include <quoin/wire/frame/flow.hpp>
#include <quoin/wire/frame/path.hpp>
#include <quoin/wire/frame/stream.hpp>
#include <quoin/wire/frame_list.hpp>

#include <utility>

namespace quoin::wire {

/// What the frames of a packet ask for together.
struct frames_read {
  bool ack_eliciting = false;  ///< the packet must be acknowledged soon (RFC 9000 13.2)
  bool non_probing = false;    ///< it does more than probe a path (RFC 9000 9.1)
};

namespace detail {

/// Why the frame that `reader` stands at is not taken, its first byte being no type that its packet may carry.
template <class List>
[[gnu::cold]] constexpr transport_error refused_type(byte_reader reader) noexcept {
  auto const start = reader.position();
  auto const type = reader.varint();
  if (!type) return malformed("frame type cut short").error;
  // RFC 9000 12.4: types have one spelling, the shortest
  if (reader.position() - start != varint_size(*type))
    return {error_code::protocol_violation, "frame type not in its shortest encoding", *type};
  if (!is_known<List>(*type)) return {error_code::frame_encoding_error, "unknown frame type", *type};
  return {error_code::protocol_violation, "frame not permitted in this kind of packet", *type};
}

template <class Frame, class Handler>
constexpr result<> read_and_handle(byte_reader& reader, Frame frame, Handler& handler) {
  QUOIN_TRY(read(reader, frame));
  return handler(std::as_const(frame));
}

template <class Handler>
constexpr result<> read_and_handle_stream(byte_reader& reader, std::uint64_t type, Handler& handler) {
  stream_frame frame;
  QUOIN_TRY(read(reader, type, frame));
  return handler(std::as_const(frame));
}

/// Everything but STREAM, ACK and PADDING, which a packet of data does not hold every time.
template <class List, class Handler>
constexpr result<> read_and_handle_rare(byte_reader& reader, std::uint64_t type, Handler& handler) {
  constexpr auto bidi = stream_direction::bidirectional;
  constexpr auto uni = stream_direction::unidirectional;
  switch (static_cast<frame_type>(type)) {
    case frame_type::ping: return read_and_handle(reader, ping_frame{}, handler);
    case frame_type::reset_stream: return read_and_handle(reader, reset_stream_frame{}, handler);
    case frame_type::stop_sending: return read_and_handle(reader, stop_sending_frame{}, handler);
    case frame_type::crypto: return read_and_handle(reader, crypto_frame{}, handler);
    case frame_type::new_token: return read_and_handle(reader, new_token_frame{}, handler);
    case frame_type::max_data: return read_and_handle(reader, max_data_frame{}, handler);
    case frame_type::max_stream_data: return read_and_handle(reader, max_stream_data_frame{}, handler);
    case frame_type::max_streams_bidi: return read_and_handle(reader, max_streams_frame{bidi, 0}, handler);
    case frame_type::max_streams_uni: return read_and_handle(reader, max_streams_frame{uni, 0}, handler);
    case frame_type::data_blocked: return read_and_handle(reader, data_blocked_frame{}, handler);
    case frame_type::stream_data_blocked: return read_and_handle(reader, stream_data_blocked_frame{}, handler);
    case frame_type::streams_blocked_bidi: return read_and_handle(reader, streams_blocked_frame{bidi, 0}, handler);
    case frame_type::streams_blocked_uni: return read_and_handle(reader, streams_blocked_frame{uni, 0}, handler);
    case frame_type::new_connection_id: return read_and_handle(reader, new_connection_id_frame{}, handler);
    case frame_type::retire_connection_id: return read_and_handle(reader, retire_connection_id_frame{}, handler);
    case frame_type::path_challenge: return read_and_handle(reader, path_challenge_frame{}, handler);
    case frame_type::path_response: return read_and_handle(reader, path_response_frame{}, handler);
    case frame_type::connection_close: return read_and_handle(reader, connection_close_frame{}, handler);
    case frame_type::application_close: return read_and_handle(reader, connection_close_frame{true, 0, 0, {}}, handler);
    case frame_type::handshake_done: return read_and_handle(reader, handshake_done_frame{}, handler);
    default: return listed_frames<List>::read_and_handle(reader, type, handler);
  }
}

template <class List, class Handler>
constexpr result<> read_and_handle_typed(byte_reader& reader, std::uint64_t type, Handler& handler) {
  if ((type & ~std::uint64_t{7}) == static_cast<std::uint64_t>(frame_type::stream)) [[likely]]
    return read_and_handle_stream(reader, type, handler);
  if (type == static_cast<std::uint64_t>(frame_type::padding)) return read_and_handle(reader, padding_frame{}, handler);
  if ((type & ~std::uint64_t{1}) == static_cast<std::uint64_t>(frame_type::ack)) {
    ack_frame frame;
    frame.has_ecn = type == static_cast<std::uint64_t>(frame_type::ack_ecn);
    return read_and_handle(reader, frame, handler);
  }
  return read_and_handle_rare<List>(reader, type, handler);
}

/// The type that `reader` stands at and its rules, if that is one of several bytes which the packet may carry; the
/// reader has then passed it.
template <class List>
constexpr std::uint8_t take_long_type(byte_reader& reader, std::uint64_t& type, std::uint8_t packet) noexcept {
  auto attempt = reader;
  auto const found = attempt.varint();
  if (!found || attempt.position() - reader.position() != varint_size(*found)) return 0;
  auto const rules = listed_frames<List>::rules_beyond(*found);
  if ((rules & packet) == 0) return 0;
  reader = attempt;
  type = *found;
  return rules;
}

}  // namespace detail

/// Calls `handler(x_frame const&) -> result<>` for each frame of an opened packet of `kind`, in order, each after it
/// was checked whole; views in a frame point into `payload`. Known are the frames of RFC 9000 and those of `List`.
/// Stops at the first error, which names the frame's type: PROTOCOL_VIOLATION for a packet without frames, for a frame
/// that its kind of packet may not hold and for a type not in its shortest encoding, FRAME_ENCODING_ERROR for what is
/// unknown or malformed (RFC 9000 12.4), or the handler's own.
template <class List = frame_list<>, class Handler>
constexpr result<frames_read> read_frames(byte_view payload, event::packet_kind kind, Handler&& handler) {
  using listed = detail::listed_frames<List>;
  if (payload.empty()) return fail(error_code::protocol_violation, "packet without frames");
  byte_reader reader{payload};
  auto const packet = detail::packet_bit(kind);
  frames_read seen;
  while (!reader.empty()) {
    // every type of RFC 9000 takes one byte, so that what does not is of an extension or not to be taken
    std::uint64_t type = *reader.peek();
    auto rules = listed::rules_of_short(static_cast<std::uint8_t>(type));
    if ((rules & packet) != 0) [[likely]] {
      reader.bytes(1);
    } else {
      if constexpr (listed::any_long) rules = detail::take_long_type<List>(reader, type, packet);
      if ((rules & packet) == 0) return unexpected{detail::refused_type<List>(reader)};
    }
    if (auto const handled = detail::read_and_handle_typed<List>(reader, type, handler); !handled) [[unlikely]] {
      auto error = handled.error();
      if (error.frame_type == 0) error.frame_type = type;
      return unexpected{error};
    }
    seen.ack_eliciting |= (rules & detail::not_eliciting) == 0;
    seen.non_probing |= (rules & detail::probing) == 0;
  }
  return seen;
}

}  // namespace quoin::wire
