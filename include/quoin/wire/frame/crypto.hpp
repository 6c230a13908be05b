// SPDX-License-Identifier: BSL-1.0
/// \file
/// CRYPTO frames: the handshake's bytes (RFC 9000 19.6).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct crypto_frame {
  std::uint64_t offset = 0;  ///< `offset + data.size()` is at most 2^62-1
  byte_view data;
};

/// Bytes that a CRYPTO frame of `length` bytes of data takes beyond that data.
constexpr std::size_t crypto_frame_overhead(std::uint64_t offset, std::uint64_t length) noexcept {
  return 1 + varint_size(offset) + varint_size(length);
}

/// Everything before the data; the caller sees to it that `length` bytes follow.
constexpr bool write_crypto_header(byte_writer& writer, std::uint64_t offset, std::uint64_t length) noexcept {
  return detail::write_numbers(writer, frame_type::crypto, offset, length);
}

constexpr bool write(byte_writer& writer, crypto_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return write_crypto_header(out, frame.offset, frame.data.size()) && out.bytes(frame.data);
  });
}

constexpr result<> read(byte_reader& reader, crypto_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.offset)) return detail::malformed("CRYPTO frame cut short");
  auto const data = reader.varint_prefixed_bytes();
  if (!data) return detail::malformed("CRYPTO frame longer than its packet");
  // RFC 9000 19.6: no byte of a stream is numbered beyond 2^62-1
  if (data->size() > varint_max - frame.offset) return detail::malformed("CRYPTO data beyond offset 2^62-1");
  frame.data = *data;
  return {};
}

}  // namespace quoin::wire
