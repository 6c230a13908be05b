// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an urgent stream overtakes the others", "[scenario][scheduler]") {
  world w{{.stack = flavour::strict, .link = {.bottleneck = {.bits_per_second = 5'000'000, .queue_bytes = 100'000}}}};
  REQUIRE(w.establish());
  auto const slow = w.start(w.client(), stream_direction::unidirectional, 500'000);
  w.advance(100ms);
  auto const urgent = w.client().open(stream_direction::unidirectional);
  REQUIRE(urgent);
  REQUIRE(w.client().prioritize(*urgent, {.urgency = 0}));
  w.write(w.client(), *urgent, 200'000);
  REQUIRE(
      w.run_until([&] { return w.server().in[urgent->value()].ends == 1 && w.server().in[slow.value()].ends == 1; }));
  CHECK(w.server().in[urgent->value()].finished_at + 100ms < w.server().in[slow.value()].finished_at);
  CHECK(world::got(w.server(), *urgent, 200'000));
  CHECK(world::got(w.server(), slow, 500'000));
}
