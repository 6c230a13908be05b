// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a long blackout is persistent congestion", "[scenario][rfc9002]") {
  world w{{.link = {.bottleneck = {.bits_per_second = 20'000'000, .queue_bytes = 200'000}}}};
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 4'000'000);
  w.advance(300ms);
  auto const at = w.now();
  w.uplink().black_out(instant{at}, instant{at + 3s});
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 4'000'000); }, 60s));
  byte_count smallest = ~byte_count{0};
  for (auto const& m : w.metrics)
    if (m.side == role::client && m.at > at) smallest = std::min(smallest, m.values.congestion_window);
  // RFC 9002 7.6.2, 7.2: the minimum of two datagrams, and the one whose acknowledgement told of it in slow start.
  CHECK(smallest == 3 * 1200);
}
