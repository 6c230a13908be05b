// SPDX-License-Identifier: BSL-1.0
/// \file
/// The latency spin bit, by which an observer could measure round trips if both ends let it (RFC 9000 17.4).
#pragma once

#include <quoin/core/types.hpp>

namespace quoin {

/// The bit of one path and connection ID. Even where it is wanted, one in sixteen does not spin, so that not to spin
/// does not stand out. What does not spin is one value from chance for as long as the connection ID lasts.
class spin_bit {
 public:
  /// `chance` is an unpredictable number.
  void begin(role self, bool wanted, std::uint64_t chance) noexcept {
    spins_ = wanted && chance % 16 != 0;
    inverts_ = self == role::client;
    value_ = !spins_ && (chance & 16) != 0;
  }

  [[nodiscard]] bool value() const noexcept { return value_; }
  [[nodiscard]] bool spins() const noexcept { return spins_; }

  /// A packet with the highest number so far had this bit.
  void on_received(bool theirs) noexcept {
    if (spins_) value_ = theirs != inverts_;
  }

 private:
  bool value_ = false;
  bool spins_ = false;
  bool inverts_ = false;
};

}  // namespace quoin
