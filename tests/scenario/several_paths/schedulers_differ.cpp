// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

template <class Lab>
std::uint64_t bytes_on(Lab& both, std::uint32_t id) {
  return both.facts(role::client, id).sent.bytes_sent;
}

}  // namespace

TEST_CASE("the shortest round trip comes first, and the other path only for what exceeds its window",
          "[scenario][multipath]") {
  two_paths_options options;
  options.second.delay = 50ms;
  two_paths<path_schedule::min_rtt> both{options};
  REQUIRE(both.open_second());
  auto const first = bytes_on(both, 0);
  auto const second = bytes_on(both, 1);
  // Well within one window at a time.
  for (int i = 0; i < 20; ++i) REQUIRE(both.transfer(role::client, 5'000));
  both.lab.advance(200ms);
  CHECK(bytes_on(both, 0) > first + 100'000);
  CHECK(bytes_on(both, 1) < second + 1'000);
}

TEST_CASE("round robin takes every path in turn", "[scenario][multipath]") {
  two_paths_options options;
  options.second.delay = 30ms;
  two_paths<path_schedule::round_robin> both{options};
  REQUIRE(both.open_second());
  auto const first = bytes_on(both, 0);
  auto const second = bytes_on(both, 1);
  for (int i = 0; i < 40; ++i) {
    REQUIRE(both.transfer(role::client, 5'000));
    both.lab.advance(100ms);
  }
  CHECK(bytes_on(both, 0) > first + 60'000);
  CHECK(bytes_on(both, 1) > second + 60'000);
}
