// SPDX-License-Identifier: BSL-1.0
#include "random_run.hpp"
#include "seeds.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>

using quoin::property::random_run;
using quoin::property::seeds_to_run;

namespace {

void run_part(std::uint64_t part, bool real_crypto) {
  auto seeds = seeds_to_run(part, 4);
  if (real_crypto && seeds.size() > 5) seeds.resize(std::max<std::size_t>(5, seeds.size() / 100));
  for (auto const seed : seeds) {
    std::string trace;
    auto const* const wanted = std::getenv("QUOIN_TRACE");  // a file for the trace of the last run
    auto const problems = random_run({seed, real_crypto}, wanted == nullptr ? nullptr : &trace);
    if (wanted != nullptr) std::ofstream{wanted} << trace;
    INFO(quoin::property::reproduce(seed, real_crypto ? "[property][botan]" : "[property]~[botan]") << '\n'
                                                                                                    << problems);
    CHECK(problems.empty());
  }
}

}  // namespace

TEST_CASE("random data arrive whole over random bad networks (part one of four)", "[property]") {
  run_part(0, false);
}
TEST_CASE("random data arrive whole over random bad networks (part two of four)", "[property]") {
  run_part(1, false);
}
TEST_CASE("random data arrive whole over random bad networks (part three of four)", "[property]") {
  run_part(2, false);
}
TEST_CASE("random data arrive whole over random bad networks (part four of four)", "[property]") {
  run_part(3, false);
}

TEST_CASE("random data arrive whole under real protection (part one of four)", "[property][botan]") {
  run_part(0, true);
}
TEST_CASE("random data arrive whole under real protection (part two of four)", "[property][botan]") {
  run_part(1, true);
}
TEST_CASE("random data arrive whole under real protection (part three of four)", "[property][botan]") {
  run_part(2, true);
}
TEST_CASE("random data arrive whole under real protection (part four of four)", "[property][botan]") {
  run_part(3, true);
}

TEST_CASE("random data arrive whole under every controller and every scheduler", "[property]") {
  using quoin::scenario::flavour;
  auto seeds = seeds_to_run(0, 1);
  seeds.resize(std::min<std::size_t>(seeds.size(), 20));
  for (auto const stack : {flavour::plain, flavour::strict, flavour::modelling, flavour::scalable, flavour::first_in}) {
    for (auto const seed : seeds) {
      auto const problems = random_run({.seed = seed, .stack = stack});
      INFO("QUOIN_SEED=" << seed << ", stack " << static_cast<int>(stack) << '\n' << problems);
      CHECK(problems.empty());
    }
  }
}

TEST_CASE("seeds that once broke a check break none", "[property]") {
  constexpr std::uint64_t seeds[]{13337, 16590, 21947, 38289,  40883,  43733,  54313,  69449,  70238, 71385,
                                  74241, 74569, 77866, 120626, 126835, 127639, 128660, 132846, 136785};
  for (auto const seed : seeds) {
    auto const problems = random_run({seed});
    INFO(quoin::property::reproduce(seed, "[property]~[botan]") << '\n' << problems);
    CHECK(problems.empty());
  }
}

TEST_CASE("a random run is the same each time", "[property]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::string first;
    std::string second;
    static_cast<void>(random_run({seed}, &first));
    static_cast<void>(random_run({seed}, &second));
    INFO("QUOIN_SEED=" << seed);
    CHECK(first.size() > 1000);
    CHECK(first == second);
  }
}
