// SPDX-License-Identifier: BSL-1.0
/// \file
/// The clock of a program that runs in real time.
#pragma once

#include <quoin/policy/clock.hpp>

#include <time.h>

namespace quoin {

/// CLOCK_MONOTONIC: never goes backwards, its zero is about the machine's start, and reading it needs no system call.
class steady_clock {
 public:
  static constexpr feature_set<clock_feature> features{clock_feature::calendar};

  [[nodiscard]] instant now() const noexcept {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return instant{std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec}};
  }

  /// CLOCK_REALTIME, which is set now and then: for what outlives this program or is shared with others.
  [[nodiscard]] wall_time wall_now() const noexcept {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace quoin
