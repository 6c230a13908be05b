// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a line of a trace is put together: words and exact numbers, the same bytes on every machine.
#pragma once

#include <quoin/base/siphash.hpp>
#include <quoin/core/time.hpp>

#include <charconv>
#include <string>
#include <string_view>

namespace quoin::detail {

/// Appends words to a line of a trace, separated by single spaces.
class trace_line {
 public:
  trace_line(std::string& text, instant now, std::string_view what) : text_(text) {
    milliseconds(now.time_since_epoch());
    word(what);
  }
  ~trace_line() { text_ += '\n'; }
  trace_line(trace_line const&) = delete;
  trace_line& operator=(trace_line const&) = delete;

  trace_line& word(std::string_view value) {
    text_ += ' ';
    text_ += value;
    return *this;
  }
  trace_line& number(std::uint64_t value, int base = 10) {
    char digits[24];
    auto const end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
    return word({digits, static_cast<std::size_t>(end - digits)});
  }
  trace_line& field(std::string_view name, std::uint64_t value) {
    word(name);
    return number(value);
  }
  trace_line& time(std::string_view name, duration value) {
    word(name);
    text_ += ' ';
    milliseconds(value);
    return *this;
  }
  /// Their number and, where there are any, a digest that tells different bytes apart.
  trace_line& bytes(std::string_view name, byte_view value) {
    field(name, value.size());
    return value.empty() ? *this : number(siphash({1, 2}, value), 16);
  }
  trace_line& hex(byte_view value) {
    text_ += ' ';
    for (auto const byte : value) {
      text_ += "0123456789abcdef"[byte >> 4];
      text_ += "0123456789abcdef"[byte & 15];
    }
    return *this;
  }

 private:
  /// Exactly, with six decimals: no floating point, so no rounding that differs between machines.
  void milliseconds(duration value) {
    auto const count = static_cast<std::uint64_t>(value.count());
    auto const magnitude = value.count() < 0 ? std::uint64_t{0} - count : count;
    char digits[24];
    if (value.count() < 0) text_ += '-';
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, magnitude / 1'000'000).ptr);
    auto const decimals = std::to_chars(digits, digits + sizeof digits, 1'000'000 + magnitude % 1'000'000).ptr;
    digits[0] = '.';
    text_.append(digits, decimals);
  }

  std::string& text_;
};

}  // namespace quoin::detail
