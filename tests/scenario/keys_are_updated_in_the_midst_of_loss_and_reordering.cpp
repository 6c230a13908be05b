// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("keys are updated in the midst of loss and reordering", "[scenario][rfc9001]") {
  world w{{.link = {.loss = {.probability = 0.03}, .reordering = 0.1, .reordering_delay = 8ms}}};
  REQUIRE(w.establish());
  auto const up = w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  auto const down = w.start(w.server(), stream_direction::unidirectional, 3'000'000);
  int updates = 0;
  auto const done = [&] { return w.server().in[up.value()].ends > 0 && w.client().in[down.value()].ends > 0; };
  while (!done() && w.now() < 120s) {
    w.advance(100ms);
    updates += w.client().update_keys() ? 1 : 0;
  }
  CHECK(updates > 5);
  CHECK(world::got(w.server(), up, 3'000'000));
  CHECK(world::got(w.client(), down, 3'000'000));
  CHECK_FALSE(w.client().ended);
  CHECK_FALSE(w.server().ended);
}
