// SPDX-License-Identifier: BSL-1.0
/// \file
/// The JSON library behind this room, and the small values that records are made of. No other room includes it.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/time.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace quoin::qlog {

/// Keeps its fields in the order in which they were put in.
using json = nlohmann::ordered_json;

/// The draft's `hexstring`.
inline std::string hex(byte_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (auto const byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// The draft's unit of time, with nanoseconds as decimals.
inline double milliseconds(duration value) noexcept {
  return static_cast<double>(value.count()) / 1e6;
}

/// Whether a text is printable ASCII, which every reader of a log shows as it is.
inline bool is_printable(std::string_view text) noexcept {
  for (auto const c : text)
    if (c < ' ' || c > '~') return false;
  return true;
}

}  // namespace quoin::qlog
