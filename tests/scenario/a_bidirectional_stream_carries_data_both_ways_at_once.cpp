// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a bidirectional stream carries data both ways at once", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::bidirectional, 300'000);
  w.write(w.server(), id, 200'000);
  REQUIRE(w.run_until([&] { return w.server().count(connection_event::kind::stream_opened) == 1; }));
  w.write(w.server(), id, 0);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].ends == 1 && w.client().in[id.value()].ends == 1; }));
  CHECK(world::got(w.server(), id, 300'000));
  CHECK(world::got(w.client(), id, 200'000));
}
