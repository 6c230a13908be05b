// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("congestion marks halve the window without a loss", "[scenario][rfc9002]") {
  world w{{.one_way_delay = 20ms}};
  REQUIRE(w.establish());
  w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  w.advance(200ms);
  w.uplink().settings.ce_marking = 1;
  w.advance(1ms);
  w.uplink().settings.ce_marking = 0;
  w.advance(60ms);
  byte_count largest = 0;
  byte_count then = 0;
  for (auto const& m : w.metrics) {
    if (m.side != role::client) continue;
    then = std::min(then, m.values.congestion_window);
    if (m.values.congestion_window > largest) largest = then = m.values.congestion_window;
  }
  CHECK(w.client().statistics().packets_lost == 0);
  // RFC 9002 7.3.2: one reduction for all marks of a round trip.
  CHECK(then >= largest / 2);
  CHECK(then <= largest / 2 + 1200);
}
