// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a sender is told when everything has arrived", "[scenario][api]") {
  world w;
  REQUIRE(w.establish());
  w.start(w.client(), stream_direction::unidirectional, 3'000);
  CHECK(w.run_until([&] { return w.client().count(connection_event::kind::stream_finished) == 1; }));
  // A round trip, not earlier.
  CHECK(w.now() >= 40ms + 20ms);
}
