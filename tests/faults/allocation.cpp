// SPDX-License-Identifier: BSL-1.0
// Memory runs out at every single allocation of every canonical scenario, once a run;
// under version 2 at every fourth.
#include "canonical_scenarios.hpp"
#include "play_without.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace quoin::testing;

TEST_CASE("a connection without memory ends, and its endpoint goes on", "[faults][limits][cve_class_failed_creation]") {
  for (auto const& scenario : canonical_scenarios<two_ends>()) {
    bool reached = true;
    std::uint64_t k = 1;
    for (; reached; k += stride_of_version()) {
      auto const problems = play_without<fault_stack>(scenario.options, scenario.play, k, reached);
      INFO(scenario.name << " without its allocation number " << k << '\n' << problems);
      REQUIRE(problems.empty());
    }
    CHECK(k > 20);
  }
}
