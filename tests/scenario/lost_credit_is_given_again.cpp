// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("lost credit is given again", "[scenario][rfc9000]") {
  transport_settings server;
  server.stream_window = 5'000;
  server.max_stream_window = 5'000;
  server.connection_window = 8'000;
  server.max_connection_window = 8'000;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.downlink().settings.loss.probability = 0.3;
  CHECK(w.transfer(role::client, 100'000));
}
