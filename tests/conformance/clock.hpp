// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every `clock_source` promises. A new model calls this from one of its tests.
#pragma once

#include <quoin/policy/clock.hpp>

#include <catch2/catch_test_macros.hpp>

namespace quoin::conformance {

template <quoin::clock_source Clock>
void check_clock(Clock const& clock) {
  auto last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    auto const now = clock.now();
    REQUIRE(now >= last);
    REQUIRE(now < quoin::never);
    last = now;
  }
}

}  // namespace quoin::conformance
