// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a loss halves the window once a round trip", "[scenario][rfc9002]") {
  world w{{.one_way_delay = 20ms}};
  REQUIRE(w.establish());
  w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  w.advance(250ms);
  auto const before = w.client().statistics().congestion_window;
  w.uplink().drop(1);
  w.uplink().drop(3);
  w.uplink().drop(5);
  REQUIRE(w.run_until([&] { return w.select(fate::lost, role::client).size() == 3; }));
  auto const after = w.client().statistics().congestion_window;
  // RFC 9002 7.3.2: one recovery period, one reduction; the window has grown until the loss was found.
  CHECK(after >= before / 2);
  CHECK(after <= before * 6 / 5);
  byte_count largest = 0;
  for (auto const& m : w.metrics)
    if (m.side == role::client) largest = std::max(largest, m.values.congestion_window);
  CHECK(after <= largest / 2 + 1'200);
  CHECK(after >= largest / 2 - 1'200);
}
