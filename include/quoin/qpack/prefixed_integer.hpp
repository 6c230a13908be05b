// SPDX-License-Identifier: BSL-1.0
/// \file
/// Integers that begin inside a byte (RFC 7541 5.1, RFC 9204 4.1.1).
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>
#include <quoin/base/result.hpp>

namespace quoin::qpack {

/// The bytes that an integer takes behind a prefix of `prefix_bits` (1 to 8).
constexpr std::size_t prefixed_size(std::uint64_t value, unsigned prefix_bits) noexcept {
  auto const most = (std::uint64_t{1} << prefix_bits) - 1;
  if (value < most) return 1;
  std::size_t size = 2;
  for (value -= most; value >= 0x80; value >>= 7) ++size;
  return size;
}

/// Writes an integer behind the bits of `pattern` that stand above its prefix.
constexpr bool write_prefixed(byte_writer& writer, std::uint8_t pattern, unsigned prefix_bits,
                              std::uint64_t value) noexcept {
  auto const most = (std::uint64_t{1} << prefix_bits) - 1;
  if (value < most) return writer.u8(static_cast<std::uint8_t>(pattern | value));
  bool ok = writer.u8(static_cast<std::uint8_t>(pattern | most));
  for (value -= most; value >= 0x80; value >>= 7) ok = writer.u8(static_cast<std::uint8_t>(value | 0x80)) && ok;
  return writer.u8(static_cast<std::uint8_t>(value)) && ok;
}

/// What reading a part of an instruction came to when it is no value.
enum class incomplete : std::uint8_t {
  truncated,  ///< the bytes end too early: more may come on a stream
  invalid,    ///< more bytes would not help
};

template <class T>
using parsed = basic_result<T, incomplete>;

/// Reads an integer of at most 62 bits; the bits above the prefix are ignored. Larger ones, and those that zeros make
/// longer than ten bytes, are invalid (RFC 9204 4.1.1, 7.4). Moves nothing unless it succeeds.
constexpr parsed<std::uint64_t> read_prefixed(byte_reader& reader, unsigned prefix_bits) noexcept {
  auto ahead = reader;
  auto const first = ahead.u8();
  if (!first) return unexpected{incomplete::truncated};
  auto const most = (std::uint64_t{1} << prefix_bits) - 1;
  auto value = *first & most;
  if (value == most) {
    for (unsigned shift = 0;; shift += 7) {
      if (shift > 56) return unexpected{incomplete::invalid};
      auto const next = ahead.u8();
      if (!next) return unexpected{incomplete::truncated};
      value += static_cast<std::uint64_t>(*next & 0x7f) << shift;
      if ((*next & 0x80) == 0) break;
    }
    if (value > varint_max) return unexpected{incomplete::invalid};
  }
  reader = ahead;
  return value;
}

}  // namespace quoin::qpack
