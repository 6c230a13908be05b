// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("opening more streams than allowed waits for credit", "[scenario][rfc9000]") {
  transport_settings server;
  server.bidi_streams = 2;
  world w{{.server = server}};
  REQUIRE(w.establish());
  auto const first = w.start(w.client(), stream_direction::bidirectional, 100);
  w.start(w.client(), stream_direction::bidirectional, 100);
  auto const third = w.client().open(stream_direction::bidirectional);
  REQUIRE_FALSE(third);
  CHECK(third.error() == stream_errc::limit_reached);
  w.settle();
  // RFC 9000 4.6: no credit while the streams live; the peer is told that it is missed.
  CHECK(w.client().count(connection_event::kind::streams_available) == 0);
  auto const blocked = w.sent_with(role::client, frame_type::streams_blocked_bidi);
  REQUIRE_FALSE(blocked.empty());
  CHECK(blocked[0].find(frame_type::streams_blocked_bidi)->value == 2);
  REQUIRE(w.server().finish(first));
  w.settle();
  CHECK(w.client().count(connection_event::kind::streams_available) == 1);
  CHECK(w.client().open(stream_direction::bidirectional));
}
