// SPDX-License-Identifier: BSL-1.0
/// \file
/// Connection IDs of QUIC v1 and v2, 0 to 20 bytes (RFC 9000 5.1, 17.2).
#pragma once

#include <quoin/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace quoin {

/// An opaque name that one endpoint gave the connection, held in place.
class connection_id {
 public:
  static constexpr std::size_t max_size = 20;

  constexpr connection_id() noexcept = default;

  /// Nothing when `bytes` is longer than the version allows.
  static constexpr std::optional<connection_id> from(byte_view bytes) noexcept {
    if (bytes.size() > max_size) return std::nullopt;
    connection_id id;
    id.size_ = static_cast<std::uint8_t>(bytes.size());
    std::copy_n(bytes.data(), bytes.size(), id.bytes_.data());
    return id;
  }

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr byte_view view() const noexcept { return {bytes_.data(), size_}; }
  constexpr bool operator==(connection_id const&) const = default;

 private:
  // Bytes beyond size_ stay zero, which makes the defaulted comparison right.
  std::array<std::uint8_t, max_size> bytes_{};
  std::uint8_t size_ = 0;
};

/// What proves to a peer that we have lost all state of a connection (RFC 9000 10.3).
using stateless_reset_token = std::array<std::uint8_t, 16>;

}  // namespace quoin
