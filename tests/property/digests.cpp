// SPDX-License-Identifier: BSL-1.0
// INV-41 between builds: what digests.py compares.
#include "crowd/random_crowd.hpp"
#include "random_run.hpp"
#include "seeds.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

TEST_CASE("digests of the traces of random runs", "[.digests]") {
  for (auto const seed : seeds_to_run(0, 1)) {
    std::string trace;
    static_cast<void>(random_run({seed}, &trace));
    std::string crowd;
    static_cast<void>(random_crowd(seed, &crowd));
    trace += crowd;
    print_digest(seed, trace);
  }
}
