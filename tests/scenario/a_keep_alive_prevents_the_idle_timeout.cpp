// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a keep alive prevents the idle timeout", "[scenario][rfc9000]") {
  transport_settings client;
  client.keep_alive = 1s;
  transport_settings server;
  server.idle_timeout = 3s;
  world w{{.client = client, .server = server}};
  REQUIRE(w.establish());
  w.advance(60s);
  CHECK_FALSE(w.client().ended);
  CHECK_FALSE(w.server().ended);
  auto const pings = w.sent_with(role::client, frame_type::ping).size();
  CHECK(pings >= 50);
  CHECK(pings <= 60);
}
