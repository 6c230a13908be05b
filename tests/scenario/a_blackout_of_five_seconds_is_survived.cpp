// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a blackout of five seconds is survived", "[scenario][rfc9002]") {
  world w{{.link = {.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 60'000}}, .log = false}};
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  w.advance(500ms);
  auto const at = w.now();
  w.uplink().black_out(instant{at}, instant{at + 5s});
  w.downlink().black_out(instant{at}, instant{at + 5s});
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 3'000'000); }, 60s));
  // The backoff ends with the first answer: some seconds at most after the path is back.
  CHECK(w.now() < at + 5s + 10s);
}
