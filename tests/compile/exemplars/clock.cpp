// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/clock.hpp>

/// A millisecond an answer: enough time passes in a test that only asks.
class ticking_clock {
 public:
  [[nodiscard]] quoin::instant now() const noexcept { return now_ += std::chrono::milliseconds{1}; }

 private:
  mutable quoin::instant now_{};
};

static_assert(quoin::clock_source<ticking_clock>);
