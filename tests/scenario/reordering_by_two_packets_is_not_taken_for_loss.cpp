// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("reordering by two packets is not taken for loss", "[scenario][rfc9002]") {
  transport_settings server;
  server.stream_window = server.max_stream_window = 100'000;
  world w{{.link = {.bottleneck = {.bits_per_second = 20'000'000, .queue_bytes = 200'000},
                    .reordering = 0.05,
                    .reordering_delay = 700us},
           .server = server,
           .log = false}};
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 2'000'000));
  // RFC 9002 6.1.1: a full datagram takes 480 us, so one or two overtake; three would prove a loss.
  CHECK(w.client().statistics().packets_lost == 0);
  CHECK(w.server().statistics().packets_received > 1'500);
}
