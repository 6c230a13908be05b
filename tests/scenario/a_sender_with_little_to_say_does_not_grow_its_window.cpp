// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a sender with little to say does not grow its window", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const before = w.client().statistics().congestion_window;
  for (int i = 0; i < 200; ++i) {
    w.start(w.client(), stream_direction::unidirectional, 1'000);
    w.advance(60ms);
  }
  // RFC 9002 7.8
  CHECK(w.client().statistics().congestion_window == before);
}
