// SPDX-License-Identifier: BSL-1.0
/// \file
/// Stream identifiers and what their two low bits say (RFC 9000 2.1).
#pragma once

#include <quoin/core/types.hpp>

#include <compare>

namespace quoin {

enum class stream_direction : std::uint8_t { bidirectional, unidirectional };

/// A stream's number: its initiator in bit 0, its direction in bit 1, its place in the sequence above (RFC 9000 2.1).
class stream_id {
 public:
  constexpr stream_id() noexcept = default;
  constexpr explicit stream_id(std::uint64_t value) noexcept : value_(value) {}
  constexpr stream_id(role initiator, stream_direction direction, std::uint64_t index) noexcept
      : value_(index << 2 | static_cast<std::uint64_t>(direction) << 1 | static_cast<std::uint64_t>(initiator)) {}

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }
  [[nodiscard]] constexpr role initiator() const noexcept { return (value_ & 1) == 0 ? role::client : role::server; }
  [[nodiscard]] constexpr stream_direction direction() const noexcept {
    return (value_ & 2) == 0 ? stream_direction::bidirectional : stream_direction::unidirectional;
  }
  /// Its place among the streams of its initiator and direction, from 0.
  [[nodiscard]] constexpr std::uint64_t index() const noexcept { return value_ >> 2; }
  [[nodiscard]] constexpr bool is_bidirectional() const noexcept {
    return direction() == stream_direction::bidirectional;
  }
  /// Whether the endpoint in `self` may send on it.
  [[nodiscard]] constexpr bool sendable_by(role self) const noexcept {
    return is_bidirectional() || initiator() == self;
  }
  /// Whether the endpoint in `self` may receive on it.
  [[nodiscard]] constexpr bool receivable_by(role self) const noexcept {
    return is_bidirectional() || initiator() != self;
  }
  constexpr auto operator<=>(stream_id const&) const = default;

 private:
  std::uint64_t value_ = 0;
};

/// More streams than this cannot be numbered (RFC 9000 4.6, 19.11).
inline constexpr std::uint64_t stream_count_max = std::uint64_t{1} << 60;

}  // namespace quoin
