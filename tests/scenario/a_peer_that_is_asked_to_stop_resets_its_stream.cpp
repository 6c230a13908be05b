// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a peer that is asked to stop resets its stream", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.server().reading = false;
  auto const id = w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  w.advance(30ms);
  REQUIRE(w.server().stop_sending(id, 55));
  w.settle();
  REQUIRE(w.client().count(connection_event::kind::stop_sending) == 1);
  // RFC 9000 3.5: with the same code.
  auto const resets = w.sent_with(role::client, frame_type::reset_stream);
  REQUIRE_FALSE(resets.empty());
  CHECK(resets[0].find(frame_type::reset_stream)->value == 55);
  w.settle();
  CHECK(w.client().open_streams() == 0);
  CHECK(w.server().open_streams() == 0);
  CHECK(w.server().held_bytes() == 0);
}
