// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost stop sending is sent again", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 100, false);
  w.settle();
  w.downlink().drop_next(1);
  REQUIRE(w.server().stop_sending(id, 3));
  w.advance(2s);
  CHECK(w.client().count(connection_event::kind::stop_sending) == 1);
  CHECK(w.server().open_streams() == 0);
}
