// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/random.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <set>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

// Fixed for ever: a change of these numbers changes every simulated run.
static_assert([] {
  sim::random one{42};
  sim::random two{42};
  return one.next() == two.next() && one.next() == two.next();
}());

}  // namespace

TEST_CASE("a seed gives the same numbers on every machine", "[sim]") {
  sim::random chance{1};
  CHECK(chance.next() == 0x704560ced7cc0501U);
  CHECK(chance.next() == 0x4eef90036c89c53aU);
  CHECK(chance.next() == 0xdce05af2ba1364d7U);
}

TEST_CASE("streams of one seed differ from each other", "[sim]") {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t stream = 0; stream < 20; ++stream) firsts.insert(sim::random{seed, stream}.next());
  CHECK(firsts.size() == 400);
}

TEST_CASE("numbers below a bound cover it evenly", "[sim]") {
  sim::random chance{5};
  constexpr int draws = 100'000;
  for (std::uint64_t const bound : {1U, 2U, 7U, 10U}) {
    std::vector<int> seen(bound);
    for (int i = 0; i < draws; ++i) ++seen.at(chance.below(bound));
    auto const expected = draws / static_cast<double>(bound);
    for (auto const count : seen) CHECK(std::abs(count - expected) < 5 * std::sqrt(expected));
  }
  CHECK(chance.below(~std::uint64_t{0}) < ~std::uint64_t{0});
}

TEST_CASE("the unit interval is covered evenly and never reaches one", "[sim]") {
  sim::random chance{6};
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto const x = chance.unit();
    REQUIRE(x >= 0);
    REQUIRE(x < 1);
    sum += x;
  }
  CHECK(std::abs(sum / 100'000 - 0.5) < 0.005);
}

TEST_CASE("probability zero never happens and probability one always does", "[sim]") {
  sim::random chance{7};
  for (int i = 0; i < 10'000; ++i) {
    REQUIRE_FALSE(chance.chance(0));
    REQUIRE(chance.chance(1));
  }
}

TEST_CASE("a duration between two ends may be either of them and nothing beyond", "[sim]") {
  sim::random chance{8};
  std::set<duration> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(chance.between(3ns, 6ns));
  CHECK(seen == std::set<duration>{3ns, 4ns, 5ns, 6ns});
  CHECK(chance.between(5ms, 5ms) == 5ms);
  CHECK(chance.between(5ms, 1ms) == 5ms);
}
