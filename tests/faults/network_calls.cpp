// SPDX-License-Identifier: BSL-1.0
// Every single send of every canonical scenario fails in every way, once a run.
#include "canonical_scenarios.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

TEST_CASE("a send that fails is made up for", "[faults]") {
  using enum io_fault;
  for (auto const& scenario : canonical_scenarios())
    for (auto const side : {role::client, role::server})
      for (auto const fault : {would_block, too_large, unreachable, failed, drop, duplicate}) {
        bool reached = true;
        for (std::uint64_t n = 0; reached; ++n) {
          CAPTURE(scenario.name, index_of(side), index_of(fault), n);
          auto options = scenario.options;
          auto& faults = side == role::client ? options.client_faults : options.server_faults;
          faults.insert(faults.begin(), {n, fault});
          two_ends ends{options};
          bool const played = scenario.play(ends);
          reached = ends.sends(side) > n;
          REQUIRE(played);
          ends.finish();
          REQUIRE(ends.connections() == 0);
          if (n > 40) n += 6;  // the steady state of a transfer is the same over and over
        }
      }
}
