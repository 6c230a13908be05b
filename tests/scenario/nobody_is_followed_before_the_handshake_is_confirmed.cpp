// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("nobody is followed before the handshake is confirmed", "[scenario][rfc9000]") {
  world w{{.server_flight_padding = 3000}};
  wire_tap tap{w};
  w.connect();
  w.advance(15ms);  // the server has got the first flight
  REQUIRE(w.count(role::server) == 1);
  auto const moved = w.rebind_port();
  w.advance(3s);
  CHECK_FALSE(w.server().confirmed());
  CHECK(tap.bytes_from(moved) > 0);
  CHECK(tap.bytes_to(moved) == 0);
  CHECK(w.dropped(role::server, event::drop_reason::unexpected) > 0);
}
