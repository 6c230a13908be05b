// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the end of one connection leaves the others alone", "[scenario][endpoint]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.establish());
  auto const id = w.start(w.client(1), stream_direction::unidirectional, 200'000);
  w.client(0).close(1, "");
  CHECK(w.run_until([&] { return world::got(w.server(1), id, 200'000); }));
  CHECK(w.server(0).ended);
  CHECK_FALSE(w.server(1).ended);
  w.advance(1s);
  CHECK(w.alive(role::server) == 1);
}
