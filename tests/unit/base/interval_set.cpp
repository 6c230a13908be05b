// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/interval_set.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <set>

using quoin::interval;
using quoin::interval_set;

TEST_CASE("an interval set joins what touches and keeps apart what does not", "[base]") {
  interval_set set;
  set.insert({10, 20});
  set.insert({30, 40});
  REQUIRE(set.size() == 2);
  set.insert({20, 30});
  REQUIRE(set.size() == 1);
  CHECK(set.front() == interval{10, 40});
  set.insert({0, 5});
  CHECK(set.front() == interval{0, 5});
  set.insert({7, 7});
  CHECK(set.size() == 2);
}

TEST_CASE("erasing from the middle of an interval splits it", "[base]") {
  interval_set set;
  set.insert({0, 100});
  set.erase({40, 60});
  REQUIRE(set.size() == 2);
  CHECK(set.covers({0, 40}));
  CHECK_FALSE(set.contains(40));
  CHECK_FALSE(set.contains(59));
  CHECK(set.contains(60));
}

TEST_CASE("an interval set agrees with a set of numbers under random operations", "[base]") {
  std::mt19937 random{20};
  for (int round = 0; round < 200; ++round) {
    interval_set set;
    std::set<std::uint64_t> model;
    for (int step = 0; step < 60; ++step) {
      std::uint64_t const begin = random() % 80;
      std::uint64_t const end = begin + random() % 12;
      bool const adding = random() % 3 != 0;
      if (adding)
        set.insert({begin, end});
      else
        set.erase({begin, end});
      for (auto n = begin; n < end; ++n) {
        if (adding)
          model.insert(n);
        else
          model.erase(n);
      }
      std::set<std::uint64_t> seen;
      std::uint64_t previous_end = 0;
      bool first = true;
      for (auto const& part : set) {
        REQUIRE(part.begin < part.end);
        if (!first) REQUIRE(part.begin > previous_end);
        first = false;
        previous_end = part.end;
        for (auto n = part.begin; n < part.end; ++n) seen.insert(n);
      }
      REQUIRE(seen == model);
      std::uint64_t const from = random() % 92;
      interval const asked{from, from + random() % 6};
      bool all = true;
      for (auto n = asked.begin; n < asked.end; ++n) all = all && model.contains(n);
      REQUIRE(set.covers(asked) == all);
    }
  }
}
