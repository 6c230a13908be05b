// SPDX-License-Identifier: BSL-1.0
/// \file
/// What window-based controllers share: the sizes of RFC 9002 7.2 and the recovery period of 7.3.2.
#pragma once

#include <quoin/policy/congestion.hpp>

#include <algorithm>

namespace quoin {

/// Ten datagrams, but no more than 14720 bytes unless two datagrams are (RFC 9002 7.2).
constexpr byte_count initial_window(byte_count datagram_size) noexcept {
  return std::min(10 * datagram_size, std::max(byte_count{14720}, 2 * datagram_size));
}

/// No congestion signal brings the window below this (RFC 9002 7.2).
constexpr byte_count minimum_window(byte_count datagram_size) noexcept {
  return 2 * datagram_size;
}

/// No growth brings the window above this, so that arithmetic never overflows.
inline constexpr byte_count largest_window = byte_count{1} << 40;

/// The time after a congestion signal in which further signals tell nothing new: they concern packets that were sent
/// before the reaction could show (RFC 9002 7.3.2).
class recovery_period {
 public:
  /// Whether a packet sent then belongs to the flight that was already reacted to.
  [[nodiscard]] constexpr bool covers(instant sent_at) const noexcept { return sent_at <= begun_; }
  constexpr void begin(instant now) noexcept { begun_ = now; }
  constexpr void clear() noexcept { begun_ = instant::min(); }

 private:
  instant begun_ = instant::min();
};

}  // namespace quoin
