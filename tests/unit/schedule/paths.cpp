// SPDX-License-Identifier: BSL-1.0
#include <quoin/schedule/paths.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("of several paths the one with the shortest round trip is taken", "[schedule][multipath]") {
  path_schedule::min_rtt scheduler;
  std::array const choices{path_choice{0, 30ms, 5'000}, path_choice{3, 10ms, 2'000}, path_choice{4, 20ms, 9'000}};
  CHECK(scheduler.choose(choices) == 1);
  CHECK(scheduler.choose(std::span{choices}.first(1)) == 0);
  CHECK_FALSE(path_schedule::min_rtt::copies);
  CHECK(path_schedule::redundant::copies);
}

TEST_CASE("paths take turns whichever of them have room", "[schedule][multipath]") {
  path_schedule::round_robin scheduler;
  std::array const all{path_choice{0, 1ms, 1}, path_choice{2, 1ms, 1}, path_choice{5, 1ms, 1}};
  std::vector<std::uint32_t> taken;
  for (int i = 0; i < 6; ++i) taken.push_back(all[scheduler.choose(all)].path);
  CHECK(taken == std::vector<std::uint32_t>{2, 5, 0, 2, 5, 0});
  // One that has no room, or is gone, is passed over.
  std::array const some{path_choice{0, 1ms, 1}, path_choice{5, 1ms, 1}};
  taken.clear();
  for (int i = 0; i < 3; ++i) taken.push_back(some[scheduler.choose(some)].path);
  CHECK(taken == std::vector<std::uint32_t>{5, 0, 5});
}
