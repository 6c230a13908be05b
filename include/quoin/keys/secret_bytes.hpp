// SPDX-License-Identifier: BSL-1.0
/// \file
/// Handling bytes that an observer of time or of freed memory must learn nothing about.
#pragma once

#include <quoin/base/bytes.hpp>

namespace quoin {

/// Overwrites `bytes` with zeroes even though nobody will read them again.
inline void wipe(byte_span bytes) noexcept {
  std::uint8_t volatile* const first = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) first[i] = 0;
}

/// Whether both are the same, in a time that depends on their sizes alone.
[[nodiscard]] inline bool equal_in_constant_time(byte_view left, byte_view right) noexcept {
  if (left.size() != right.size()) return false;
  std::uint8_t volatile difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (left[i] ^ right[i]));
  return difference == 0;
}

}  // namespace quoin
