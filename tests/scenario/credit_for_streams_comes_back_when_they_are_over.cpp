// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("credit for streams comes back when they are over", "[scenario][rfc9000]") {
  transport_settings server;
  server.bidi_streams = 4;
  server.uni_streams = 4;
  world w{{.server = server}};
  REQUIRE(w.establish());
  for (int round = 0; round < 50; ++round) {
    auto const id = w.start(w.client(), stream_direction::unidirectional, 100);
    REQUIRE(w.run_until([&] { return world::got(w.server(), id, 100); }));
    w.advance(100ms);
  }
  CHECK_FALSE(w.sent_with(role::server, frame_type::max_streams_uni).empty());
}
