// SPDX-License-Identifier: BSL-1.0
/// \file
/// A clock that stands still until it is told to move: for tests, simulations and replays.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/policy/clock.hpp>

namespace quoin {

/// Starts at the timeline's zero. Moving it backwards breaks a contract, as every clock promises not to.
class manual_clock {
 public:
  static constexpr feature_set<clock_feature> features{clock_feature::calendar};

  constexpr manual_clock() noexcept = default;
  constexpr explicit manual_clock(instant start) noexcept : now_(start) {}

  [[nodiscard]] constexpr instant now() const noexcept { return now_; }

  /// Its calendar begins in 1970 with the timeline's zero.
  [[nodiscard]] constexpr wall_time wall_now() const noexcept {
    return wall_time{} + std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
  }

  /// Moves to `moment`, which is not before `now()`.
  constexpr void set(instant moment) noexcept {
    QUOIN_ASSERT(moment >= now_);
    now_ = moment;
  }

  /// Moves on by `step`, which is not negative; stops at `never`.
  constexpr void advance(duration step) noexcept { set(saturating_add(now_, step)); }

 private:
  instant now_{};
};

}  // namespace quoin
