// SPDX-License-Identifier: BSL-1.0
/// \file
/// A variable-length integer that may be cut anywhere, as on streams.
#pragma once

#include <quoin/base/byte_reader.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace quoin::http3 {

/// Keeps the beginning of an integer until its end has come (RFC 9000 16).
class varint_reader {
 public:
  /// Takes what belongs to the integer from the front of `bytes`; its value, once it is whole, and then it is ready
  /// for the next.
  constexpr std::optional<std::uint64_t> read(byte_view& bytes) noexcept {
    while (!bytes.empty()) {
      kept_[size_++] = bytes.front();
      bytes = bytes.subspan(1);
      if (size_ < varint_size_from_first_byte(kept_[0])) continue;
      byte_reader whole{byte_view{kept_}.first(size_)};
      size_ = 0;
      return whole.varint();
    }
    return std::nullopt;
  }

  /// Whether the last integer was cut.
  [[nodiscard]] constexpr bool in_progress() const noexcept { return size_ != 0; }

 private:
  std::array<std::uint8_t, 8> kept_{};
  std::uint8_t size_ = 0;
};

}  // namespace quoin::http3
