// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost server flight is sent again", "[scenario][rfc9002]") {
  world w;
  w.downlink().drop_next(1);
  REQUIRE(w.establish());
  CHECK(w.client().statistics().packets_received > 0);
  auto const flights = w.sent(
      role::server, [](seen_packet const& p) { return p.kind == packet_kind::handshake && p.has(frame_type::crypto); });
  CHECK(flights.size() >= 2);
  CHECK(w.now() > 999ms);
  CHECK(w.now() < 1200ms);
}
