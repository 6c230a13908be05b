// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a handshake completes in one round trip", "[scenario][rfc9001]") {
  world w{{.one_way_delay = 10ms}};
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(w.now() == 20ms);
  CHECK_FALSE(client.confirmed());
  // RFC 9001 4.1.2: the server is done half a round trip later, and HANDSHAKE_DONE takes another half.
  REQUIRE(w.run_until([&] { return w.server().confirmed(); }));
  CHECK(w.now() == 30ms);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(w.now() == 40ms);
}
