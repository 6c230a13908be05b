// SPDX-License-Identifier: BSL-1.0
#include "random_crowd.hpp"
#include "seeds.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>

using quoin::property::random_crowd;

TEST_CASE("several clients and servers get their data over random networks of routers", "[property][topology]") {
  // A run is some ten connections. QUOIN_SEED picks one.
  auto seeds = quoin::property::seeds_to_run(0, 1);
  if (seeds.size() > 1) seeds.resize(std::max<std::size_t>(1, seeds.size() / 4));
  for (auto const seed : seeds) {
    auto const problems = random_crowd(seed);
    INFO(quoin::property::reproduce(seed, "[topology]", "test_random_crowds") << '\n' << problems);
    CHECK(problems.empty());
  }
}

TEST_CASE("a random topology is the same each time", "[property][topology]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::string first;
    std::string second;
    static_cast<void>(random_crowd(seed, &first));
    static_cast<void>(random_crowd(seed, &second));
    INFO("QUOIN_SEED=" << seed);
    CHECK(first.size() > 1'000);
    CHECK(first == second);
  }
}
