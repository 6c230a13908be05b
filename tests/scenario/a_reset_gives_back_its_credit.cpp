// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a reset gives back its credit", "[scenario][rfc9000]") {
  transport_settings server;
  server.connection_window = 20'000;
  server.max_connection_window = 20'000;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.server().reading = false;
  for (int i = 0; i < 10; ++i) {
    auto const id = w.start(w.client(), stream_direction::unidirectional, 15'000, false);
    w.settle();
    REQUIRE(w.client().reset(id, 1));
    w.advance(200ms);
  }
  w.server().reading = true;
  // RFC 9000 4.5: the bytes of streams that were given up count as consumed.
  CHECK(w.transfer(role::client, 15'000));
}
