// SPDX-License-Identifier: BSL-1.0
/// \file
/// The "perf" protocol of draft-banks-quic-performance: a request is eight bytes, the number of bytes that the answer
/// shall have, and then whatever is uploaded; the answer's bytes mean nothing.
#pragma once

#include <quoin/base/bytes.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace tool::perf {

inline constexpr std::string_view alpn = "perf";
inline constexpr std::size_t header_size = 8;

constexpr std::array<std::uint8_t, header_size> header_for(std::uint64_t answer_size) {
  std::array<std::uint8_t, header_size> bytes{};
  for (std::size_t i = 0; i < header_size; ++i) bytes[i] = static_cast<std::uint8_t>(answer_size >> (56 - 8 * i));
  return bytes;
}

/// Collects the eight bytes, in whatever pieces they come.
class header_reader {
 public:
  /// Takes what belongs to the header from the front of `bytes`; returns how much that was.
  constexpr std::size_t read(quoin::byte_view bytes) {
    std::size_t taken = 0;
    for (; taken < bytes.size() && have_ < header_size; ++taken, ++have_) value_ = value_ << 8 | bytes[taken];
    return taken;
  }
  [[nodiscard]] constexpr bool complete() const { return have_ == header_size; }
  [[nodiscard]] constexpr std::uint64_t answer_size() const { return value_; }

 private:
  std::uint64_t value_ = 0;
  std::size_t have_ = 0;
};

}  // namespace tool::perf
