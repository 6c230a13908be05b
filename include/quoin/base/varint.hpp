// SPDX-License-Identifier: BSL-1.0
/// \file
/// Variable-length integers: two bits of length, then 6, 14, 30 or 62 bits of value (RFC 9000 16).
#pragma once

#include <cstddef>
#include <cstdint>

namespace quoin {

/// The largest number that a variable-length integer can carry.
inline constexpr std::uint64_t varint_max = (std::uint64_t{1} << 62) - 1;

/// Bytes that the shortest encoding of `value` takes: 1, 2, 4 or 8; 0 when it does not fit 62 bits.
constexpr std::size_t varint_size(std::uint64_t value) noexcept {
  if (value < (std::uint64_t{1} << 6)) return 1;
  if (value < (std::uint64_t{1} << 14)) return 2;
  if (value < (std::uint64_t{1} << 30)) return 4;
  if (value <= varint_max) return 8;
  return 0;
}

/// Bytes that an encoding takes whose first byte is `first`.
constexpr std::size_t varint_size_from_first_byte(std::uint8_t first) noexcept {
  return std::size_t{1} << (first >> 6);
}

}  // namespace quoin
