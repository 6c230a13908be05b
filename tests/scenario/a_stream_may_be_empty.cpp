// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a stream may be empty", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 0);
  w.settle();
  CHECK(world::got(w.server(), id, 0));
  CHECK(w.server().count(connection_event::kind::stream_opened) == 1);
  CHECK(w.server().open_streams() == 0);
}
