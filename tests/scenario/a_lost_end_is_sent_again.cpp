// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost end is sent again", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 1'000, false);
  w.settle();
  w.uplink().drop_next(1);
  REQUIRE(w.client().finish(id));
  w.advance(1s);
  CHECK(world::got(w.server(), id, 1'000));
}
