// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("time proves a loss when too few packets follow", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.uplink().drop_next(1);
  w.client().ping();
  w.serve();
  auto const at = w.now();
  w.advance(1ms);
  w.client().ping();
  w.settle();
  auto const lost = w.select(fate::lost, role::client);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].trigger == event::loss_trigger::time_threshold);
  // RFC 9002 6.1.2: nine eighths of a round trip after it was sent, or when a later one is acknowledged.
  CHECK(lost[0].at >= at + 22500us);
  CHECK(lost[0].at <= at + 60ms);
}
