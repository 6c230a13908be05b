// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("bytes that nobody will read do not block the connection", "[scenario][rfc9000]") {
  transport_settings server;
  server.connection_window = 20'000;
  server.max_connection_window = 20'000;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.server().reading = false;
  for (int i = 0; i < 10; ++i) {
    auto const id = w.start(w.client(), stream_direction::unidirectional, 15'000);
    w.settle();
    REQUIRE(w.server().stop_sending(id, 1));
    w.advance(200ms);
  }
  w.server().reading = true;
  CHECK(w.transfer(role::client, 15'000));
}
