// SPDX-License-Identifier: BSL-1.0
/// \file
/// DATAGRAM: bytes that are sent once and may be lost (RFC 9221 4).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct datagram_frame {
  static constexpr std::uint64_t first_type = 0x30;
  static constexpr std::uint64_t last_type = 0x31;
  static constexpr std::uint8_t rules = with_application_data;

  byte_view data;
  std::uint64_t size = 0;  ///< of the whole frame as it was read, which is what max_datagram_frame_size limits
};

/// The bit of the type that says that there is a length (RFC 9221 4).
inline constexpr std::uint64_t datagram_length_bit = 0x01;

/// Bytes of a DATAGRAM frame with `length` bytes of data and its length field.
constexpr std::uint64_t datagram_frame_size(std::uint64_t length) noexcept {
  return 1 + varint_size(length) + length;
}

/// How many bytes of data fit into a frame of at most `size` bytes with its length field.
constexpr std::uint64_t datagram_data_size(std::uint64_t size) noexcept {
  if (size < 2) return 0;
  auto length = size - 2;
  while (datagram_frame_size(length) > size) --length;
  return length;
}

/// With its length, so that any frame may follow.
constexpr bool write(byte_writer& writer, datagram_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return out.varint(datagram_frame::last_type) && out.varint_prefixed_bytes(frame.data);
  });
}

/// `type` is the one that was read; without a length the data reach to the end of the packet.
constexpr result<> read(byte_reader& reader, std::uint64_t type, datagram_frame& frame) noexcept {
  auto const start = reader.position();
  if ((type & datagram_length_bit) != 0) {
    auto const data = reader.varint_prefixed_bytes();
    if (!data) return detail::malformed("DATAGRAM frame longer than its packet");
    frame.data = *data;
  } else {
    frame.data = reader.rest();
  }
  frame.size = 1 + reader.position() - start;
  return {};
}

}  // namespace quoin::wire
