// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames of flow control: the limits that an endpoint raises and the word that one is in the way (RFC 9000 19.9
/// to 19.14).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

/// Bytes that may be sent on all streams together.
struct max_data_frame {
  std::uint64_t maximum = 0;
};

/// Bytes that may be sent on one stream.
struct max_stream_data_frame {
  stream_id id;
  std::uint64_t maximum = 0;
};

/// Streams that may be opened in all, not at once.
struct max_streams_frame {
  stream_direction direction = stream_direction::bidirectional;
  std::uint64_t maximum = 0;  ///< at most 2^60
};

struct data_blocked_frame {
  std::uint64_t limit = 0;
};

struct stream_data_blocked_frame {
  stream_id id;
  std::uint64_t limit = 0;
};

struct streams_blocked_frame {
  stream_direction direction = stream_direction::bidirectional;
  std::uint64_t limit = 0;  ///< at most 2^60
};

constexpr bool write(byte_writer& writer, max_data_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::max_data, frame.maximum);
}

constexpr bool write(byte_writer& writer, max_stream_data_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::max_stream_data, frame.id.value(), frame.maximum);
}

constexpr bool write(byte_writer& writer, max_streams_frame const& frame) noexcept {
  auto const type =
      frame.direction == stream_direction::bidirectional ? frame_type::max_streams_bidi : frame_type::max_streams_uni;
  return detail::write_numbers(writer, type, frame.maximum);
}

constexpr bool write(byte_writer& writer, data_blocked_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::data_blocked, frame.limit);
}

constexpr bool write(byte_writer& writer, stream_data_blocked_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::stream_data_blocked, frame.id.value(), frame.limit);
}

constexpr bool write(byte_writer& writer, streams_blocked_frame const& frame) noexcept {
  auto const type = frame.direction == stream_direction::bidirectional ? frame_type::streams_blocked_bidi
                                                                       : frame_type::streams_blocked_uni;
  return detail::write_numbers(writer, type, frame.limit);
}

constexpr result<> read(byte_reader& reader, max_data_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.maximum)) return detail::malformed("MAX_DATA frame cut short");
  return {};
}

constexpr result<> read(byte_reader& reader, max_stream_data_frame& frame) noexcept {
  std::uint64_t id = 0;
  if (!detail::read_numbers(reader, id, frame.maximum)) return detail::malformed("MAX_STREAM_DATA frame cut short");
  frame.id = stream_id{id};
  return {};
}

/// `frame.direction` is what the type said.
constexpr result<> read(byte_reader& reader, max_streams_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.maximum)) return detail::malformed("MAX_STREAMS frame cut short");
  // RFC 9000 19.11: a stream beyond that count could not be numbered
  if (frame.maximum > stream_count_max) return detail::malformed("MAX_STREAMS above 2^60");
  return {};
}

constexpr result<> read(byte_reader& reader, data_blocked_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.limit)) return detail::malformed("DATA_BLOCKED frame cut short");
  return {};
}

constexpr result<> read(byte_reader& reader, stream_data_blocked_frame& frame) noexcept {
  std::uint64_t id = 0;
  if (!detail::read_numbers(reader, id, frame.limit)) return detail::malformed("STREAM_DATA_BLOCKED frame cut short");
  frame.id = stream_id{id};
  return {};
}

/// `frame.direction` is what the type said.
constexpr result<> read(byte_reader& reader, streams_blocked_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.limit)) return detail::malformed("STREAMS_BLOCKED frame cut short");
  // RFC 9000 19.14 leaves the choice to STREAM_LIMIT_ERROR or this
  if (frame.limit > stream_count_max) return detail::malformed("STREAMS_BLOCKED above 2^60");
  return {};
}

}  // namespace quoin::wire
