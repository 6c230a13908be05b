// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a text is UTF-8, however it is cut (RFC 3629 4, RFC 6455 8.1).
#pragma once

#include <quoin/base/bytes.hpp>

namespace quoin::http3::websocket {

class utf8_checker {
 public:
  /// The next bytes; false as soon as nothing that follows could make it UTF-8.
  constexpr bool add(byte_view bytes) noexcept {
    for (auto const byte : bytes) {
      if (left_ == 0) {
        if (!begin(byte)) return false;
        continue;
      }
      if (byte < lowest_ || byte > highest_) return false;
      --left_;
      lowest_ = 0x80;
      highest_ = 0xbf;
    }
    return true;
  }

  /// Whether the text may end here.
  [[nodiscard]] constexpr bool complete() const noexcept { return left_ == 0; }

 private:
  /// The first byte of a character says how many follow, and what the second may be: neither a form that is longer than
  /// needed, nor a surrogate, nor beyond U+10FFFF.
  constexpr bool begin(std::uint8_t byte) noexcept {
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;
    left_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    lowest_ = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    highest_ = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return true;
  }

  std::uint8_t left_ = 0;
  std::uint8_t lowest_ = 0x80;
  std::uint8_t highest_ = 0xbf;
};

}  // namespace quoin::http3::websocket
