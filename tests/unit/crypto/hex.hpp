// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bytes from and to hexadecimal text, for examples out of specifications.
#pragma once

#include <quoin/base/bytes.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace quoin::test {

inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  auto const digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  return bytes;
}

inline std::string to_hex(byte_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto const byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace quoin::test
