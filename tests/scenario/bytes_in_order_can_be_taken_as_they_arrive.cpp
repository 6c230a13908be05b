// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("bytes in order can be taken as they arrive", "[scenario][api]") {
  world w{{.link = {.loss = {.probability = 0.02}, .reordering = 0.05, .reordering_delay = 5ms}}};
  REQUIRE(w.establish());
  w.server().takes_views = true;
  CHECK(w.transfer(role::client, 500'000));
  w.settle();
  CHECK(w.server().held_bytes() == 0);
}
