// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost reset is sent again", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 100, false);
  w.settle();
  w.uplink().drop_next(1);
  REQUIRE(w.client().reset(id, 7));
  w.advance(2s);
  CHECK(w.server().in[id.value()].reset == 7);
  CHECK(w.sent_with(role::client, frame_type::reset_stream).size() >= 2);
}
