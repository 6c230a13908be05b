// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("reordering by two packets is not taken for loss", "[scenario][rfc9002]") {
  world w{{.link = {.bottleneck = {.bits_per_second = 20'000'000}, .reordering = 0.05, .reordering_delay = 1'100us},
           .log = false}};
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 2'000'000, false);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].bytes.size() == 2'000'000; }));
  // RFC 9002 6.1.1: a full datagram takes 480 us, so two overtake; three would prove a loss.
  CHECK(w.client().statistics().packets_lost == 0);
}
