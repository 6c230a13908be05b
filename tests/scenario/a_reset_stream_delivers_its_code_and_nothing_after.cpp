// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a reset stream delivers its code and nothing after", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 5'000, false);
  w.settle();
  auto const had = w.server().in[id.value()].bytes.size();
  CHECK(had == 5'000);
  REQUIRE(w.client().reset(id, 99));
  w.settle();
  CHECK(w.server().in[id.value()].reset == 99);
  CHECK(w.server().in[id.value()].bytes.size() == had);
  CHECK(w.server().in[id.value()].ends == 0);
  auto const frame = w.sent_with(role::client, frame_type::reset_stream);
  REQUIRE(frame.size() == 1);
  CHECK(frame[0].find(frame_type::reset_stream)->length == 5'000);
  CHECK(w.client().open_streams() == 0);
  CHECK(w.server().open_streams() == 0);
}
