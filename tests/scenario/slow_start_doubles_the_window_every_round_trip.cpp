// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("slow start doubles the window every round trip", "[scenario][rfc9002]") {
  world w{{.one_way_delay = 50ms}};
  REQUIRE(w.establish());
  w.settle();
  auto const start = w.client().statistics().congestion_window;
  auto const begin = w.now();
  w.start(w.client(), stream_direction::unidirectional, 2'000'000);
  std::vector<byte_count> windows{start};
  for (int round = 0; round < 3; ++round) {
    w.advance(200ms);
    windows.push_back(w.client().statistics().congestion_window);
  }
  CHECK(begin < w.now());
  CHECK(w.select(fate::lost, role::client).empty());
  // RFC 9002 7.3.1; a paced window takes up to a round trip to leave, so two round trips a step.
  for (std::size_t i = 1; i < windows.size(); ++i) CHECK(windows[i] >= 2 * windows[i - 1]);
}
