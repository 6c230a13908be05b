// SPDX-License-Identifier: BSL-1.0
/// \file
/// The two spellings of "some bytes in memory" that the whole library uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace quoin {

/// Bytes that are only looked at; owns nothing.
using byte_view = std::span<std::uint8_t const>;

/// Bytes that may be written; owns nothing.
using byte_span = std::span<std::uint8_t>;

/// The bytes of a text, without its terminator.
inline byte_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

/// The text that some bytes spell; nothing is checked or converted.
inline std::string_view as_text(byte_view bytes) noexcept {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}  // namespace quoin
