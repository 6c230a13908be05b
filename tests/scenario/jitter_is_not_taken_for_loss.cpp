// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("jitter is not taken for loss", "[scenario][rfc9002]") {
  transport_settings server;
  server.stream_window = server.max_stream_window = 100'000;
  world w{{.one_way_delay = 30ms,
           .link = {.jitter = 25ms, .bottleneck = {.bits_per_second = 20'000'000, .queue_bytes = 200'000}},
           .server = server,
           .log = false}};
  REQUIRE(w.establish());
  auto const begin = w.now();
  REQUIRE(w.transfer(role::client, 3'000'000));
  CHECK(w.client().statistics().packets_lost == 0);
  CHECK(w.now() - begin < 6s);
}
