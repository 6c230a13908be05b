// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost partial reset is sent again", "[scenario]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 500, false);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].bytes.size() == 500; }));
  w.settle();
  w.uplink().drop(1);
  REQUIRE(w.client().reset_at(id, 9, 500));
  w.serve();
  CHECK(w.sent_with(role::client, frame_type::reset_stream_at).size() == 1);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].reset.has_value(); }));
  CHECK(w.sent_with(role::client, frame_type::reset_stream_at).size() > 1);
  CHECK(w.server().in[id.value()].reset == 9);
  CHECK(w.server().in[id.value()].ends == 0);
}
