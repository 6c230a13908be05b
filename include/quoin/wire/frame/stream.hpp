// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames that carry or end the two parts of a stream: STREAM, RESET_STREAM and STOP_SENDING (RFC
/// 9000 19.4, 19.5, 19.8).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct stream_frame {
  stream_id id;
  std::uint64_t offset = 0;  ///< `offset + data.size()` is at most 2^62-1
  byte_view data;
  bool fin = false;  ///< the stream ends with this data
};

/// The sender abandons its part of the stream.
struct reset_stream_frame {
  stream_id id;
  std::uint64_t code = 0;  ///< of the application protocol
  std::uint64_t final_size = 0;
};

/// The receiver does not want the rest of the stream.
struct stop_sending_frame {
  stream_id id;
  std::uint64_t code = 0;  ///< of the application protocol
};

/// Bytes that a STREAM frame of `length` bytes of data takes beyond that data.
constexpr std::size_t stream_frame_overhead(stream_id id, std::uint64_t offset, std::uint64_t length,
                                            bool has_length) noexcept {
  return 1 + varint_size(id.value()) + (offset == 0 ? 0 : varint_size(offset)) + (has_length ? varint_size(length) : 0);
}

/// Everything before the data; the caller sees to it that `length` bytes follow. Without the length the data must
/// reach to the end of the packet (RFC 9000 19.8).
constexpr bool write_stream_header(byte_writer& writer, stream_id id, std::uint64_t offset, std::uint64_t length,
                                   bool fin, bool has_length) noexcept {
  auto const type = static_cast<std::uint64_t>(frame_type::stream) | (offset == 0 ? 0 : stream_offset_bit) |
                    (has_length ? stream_length_bit : 0) | (fin ? stream_fin_bit : 0);
  // Looked at first instead of written on trial: this is done for nearly every packet.
  if (std::max({id.value(), offset, length}) > varint_max ||
      writer.remaining() < stream_frame_overhead(id, offset, length, has_length))
    return false;
  writer.u8(static_cast<std::uint8_t>(type));
  writer.varint(id.value());
  if (offset != 0) writer.varint(offset);
  if (has_length) writer.varint(length);
  return true;
}

/// With its length, so that any frame may follow.
constexpr bool write(byte_writer& writer, stream_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return write_stream_header(out, frame.id, frame.offset, frame.data.size(), frame.fin, true) &&
           out.bytes(frame.data);
  });
}

constexpr bool write(byte_writer& writer, reset_stream_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::reset_stream, frame.id.value(), frame.code, frame.final_size);
}

constexpr bool write(byte_writer& writer, stop_sending_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::stop_sending, frame.id.value(), frame.code);
}

/// `type` is the one that was read, 0x08 to 0x0f; its low bits say which fields there are.
constexpr result<> read(byte_reader& reader, std::uint64_t type, stream_frame& frame) noexcept {
  auto const id = reader.varint();
  if (!id) return detail::malformed("STREAM frame cut short");
  frame.id = stream_id{*id};
  if ((type & stream_offset_bit) != 0 && !detail::read_numbers(reader, frame.offset))
    return detail::malformed("STREAM frame cut short");
  if ((type & stream_length_bit) != 0) {
    auto const data = reader.varint_prefixed_bytes();
    if (!data) return detail::malformed("STREAM frame longer than its packet");
    frame.data = *data;
  } else {
    frame.data = reader.rest();
  }
  // RFC 9000 19.8: no byte of a stream is numbered beyond 2^62-1
  if (frame.data.size() > varint_max - frame.offset) return detail::malformed("STREAM data beyond offset 2^62-1");
  frame.fin = (type & stream_fin_bit) != 0;
  return {};
}

constexpr result<> read(byte_reader& reader, reset_stream_frame& frame) noexcept {
  std::uint64_t id = 0;
  if (!detail::read_numbers(reader, id, frame.code, frame.final_size))
    return detail::malformed("RESET_STREAM frame cut short");
  frame.id = stream_id{id};
  return {};
}

constexpr result<> read(byte_reader& reader, stop_sending_frame& frame) noexcept {
  std::uint64_t id = 0;
  if (!detail::read_numbers(reader, id, frame.code)) return detail::malformed("STOP_SENDING frame cut short");
  frame.id = stream_id{id};
  return {};
}

}  // namespace quoin::wire
