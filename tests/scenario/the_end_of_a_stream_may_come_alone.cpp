// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the end of a stream may come alone", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 1'000, false);
  w.settle();
  CHECK(w.server().in[id.value()].bytes.size() == 1'000);
  CHECK(w.server().in[id.value()].ends == 0);
  REQUIRE(w.client().finish(id));
  w.settle();
  CHECK(world::got(w.server(), id, 1'000));
  CHECK(w.server().open_streams() == 0);
}
