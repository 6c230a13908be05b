// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a window grows with what is read", "[scenario][rfc9000]") {
  transport_settings server;
  server.stream_window = 32'000;
  server.connection_window = 32'000;
  world w{{.one_way_delay = 50ms, .server = server, .log = false}};
  REQUIRE(w.establish());
  auto const begin = w.now();
  REQUIRE(w.transfer(role::client, 5'000'000));
  // With windows of 32 kB a round trip, it would take 15 s.
  CHECK(w.now() - begin < 6s);
}
