// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bytes as tests write them: in hexadecimal, with spaces where they help.
#pragma once

#include <quoin/base/bytes.hpp>

#include <string_view>
#include <vector>

namespace wire_test {

using bytes = std::vector<std::uint8_t>;

inline bytes hex(std::string_view text) {
  bytes out;
  int high = -1;
  for (char const c : text) {
    if (c == ' ') continue;
    int const digit = c >= 'a' ? c - 'a' + 10 : c - '0';
    if (high >= 0) out.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high >= 0 ? -1 : digit;
  }
  return out;
}

inline bytes copy_of(quoin::byte_view view) {
  return {view.begin(), view.end()};
}

inline bytes joined(bytes first, quoin::byte_view second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace wire_test
