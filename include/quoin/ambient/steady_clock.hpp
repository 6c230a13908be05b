// SPDX-License-Identifier: BSL-1.0
/// \file
/// The clock of a program that runs in real time.
#pragma once

#include <quoin/core/time.hpp>

#include <time.h>

namespace quoin {

/// CLOCK_MONOTONIC: never goes backwards, its zero is about the machine's start, and reading it needs no system call.
class steady_clock {
 public:
  [[nodiscard]] instant now() const noexcept {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return instant{std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec}};
  }
};

}  // namespace quoin
