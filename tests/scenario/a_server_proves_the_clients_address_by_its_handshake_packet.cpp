// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server proves the clients address by its handshake packet", "[scenario][rfc9000]") {
  world w{{.server_flight_padding = 9'000}};
  REQUIRE(w.establish());
  // RFC 9000 8.1: 9 kB need three Initials' worth of credit, or one Handshake packet.
  CHECK(w.now() < 200ms);
}
