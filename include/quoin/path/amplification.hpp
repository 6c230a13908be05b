// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why nobody can use us to flood a third party: how much may be sent to an address that has not been validated
/// (RFC 9000 8).
#pragma once

#include <quoin/core/limits.hpp>

#include <limits>

namespace quoin {

/// Counts the UDP payload bytes from and to one address until it is validated. A client begins validated.
class amplification_limit {
 public:
  /// Every byte of every datagram that is attributed to the connection, whether or not its packets were of use
  /// (RFC 9000 8.1).
  constexpr void on_received(byte_count bytes) noexcept { received_ = saturating_sum(received_, bytes); }

  /// Every byte sent, in whatever packet.
  constexpr void on_sent(byte_count bytes) noexcept { sent_ = saturating_sum(sent_, bytes); }

  /// The peer has shown that it receives what is sent to this address: the limit is gone for good.
  constexpr void validate() noexcept { validated_ = true; }
  [[nodiscard]] constexpr bool validated() const noexcept { return validated_; }

  /// Bytes that may be sent now; the largest number once validated.
  [[nodiscard]] constexpr byte_count allowance() const noexcept {
    if (validated_) return unlimited;
    auto const earned =
        received_ > unlimited / limits::amplification_factor ? unlimited : received_ * limits::amplification_factor;
    return earned > sent_ ? earned - sent_ : 0;
  }

  /// Whether a datagram of `size` bytes must wait (RFC 9000 8: at most three times what was received).
  [[nodiscard]] constexpr bool blocked(byte_count size) const noexcept { return allowance() < size; }

 private:
  static constexpr byte_count unlimited = std::numeric_limits<byte_count>::max();

  static constexpr byte_count saturating_sum(byte_count a, byte_count b) noexcept {
    return b > unlimited - a ? unlimited : a + b;
  }

  byte_count received_ = 0;
  byte_count sent_ = 0;
  bool validated_ = false;
};

}  // namespace quoin
