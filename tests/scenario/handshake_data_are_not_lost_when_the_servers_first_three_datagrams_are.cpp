// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("handshake data are not lost when the servers first three datagrams are", "[scenario][rfc9002]") {
  world w{{.server_flight_padding = 20'000}};
  w.downlink().drop_next(3);
  REQUIRE(w.establish());
  CHECK(w.now() < 8s);
}
