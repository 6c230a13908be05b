// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("three later packets prove a loss", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.uplink().drop_next(1);
  auto const id = w.start(w.client(), stream_direction::unidirectional, 9'000);
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 9'000); }));
  w.settle();
  auto const lost = w.select(fate::lost, role::client);
  REQUIRE(lost.size() == 1);
  // RFC 9002 6.1.1
  CHECK(lost[0].trigger == event::loss_trigger::packet_threshold);
}
