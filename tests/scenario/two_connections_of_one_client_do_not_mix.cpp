// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("two connections of one client do not mix", "[scenario][endpoint]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.establish());
  auto const one = w.start(w.client(0), stream_direction::bidirectional, 3'000);
  auto const two = w.start(w.client(1), stream_direction::bidirectional, 4'000);
  CHECK(one == two);
  REQUIRE(w.run_until([&] { return world::got(w.server(0), one, 3'000) && world::got(w.server(1), two, 4'000); }));
}
