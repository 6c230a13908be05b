// SPDX-License-Identifier: BSL-1.0
// Memory runs out at every single allocation of every canonical scenario, once a run.
#include "canonical_scenarios.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace quoin::testing;

namespace {

/// Plays the scenario without its `k`-th allocation and says what went wrong, in sentences. `reached` says whether
/// there was such an allocation.
std::string play_without(canonical_scenario const& scenario, std::uint64_t k, bool& reached) {
  std::string problems;
  auto const before = live_allocations() + 0;
  {
    two_ends ends{scenario.options};
    fail_allocation(k);
    bool const played = scenario.play(ends);
    reached = allocation_failed();
    fail_allocation(0);
    if (!played && !reached) problems += "the scenario does not succeed undisturbed\n";
    ends.finish();
    if (ends.escaped) problems += "an exception left an endpoint's turn\n";
    if (ends.connections() != 0) problems += "a connection stays after its end\n";
    if (ends.client.blames + ends.server.blames != 0) problems += "somebody is blamed for what memory ran out for\n";
    // Whatever happened to one connection, the next one is as good as any.
    if (!ends.establish() || !ends.transfer(ends.client, ends.server, 5'000, true))
      problems += "the endpoints do not work any more\n";
    ends.finish();
    if (ends.connections() != 0) problems += "the connection after it stays\n";
  }
  if (problems.empty() && live_allocations() != before) problems += "memory is lost\n";
  return problems;
}

}  // namespace

TEST_CASE("a connection without memory ends, and its endpoint goes on", "[faults][limits][cve_class_failed_creation]") {
  for (auto const& scenario : canonical_scenarios()) {
    bool reached = true;
    std::uint64_t k = 1;
    for (; reached; ++k) {
      auto const problems = play_without(scenario, k, reached);
      INFO(scenario.name << " without its allocation number " << k << '\n' << problems);
      REQUIRE(problems.empty());
    }
    CHECK(k > 20);
  }
}
