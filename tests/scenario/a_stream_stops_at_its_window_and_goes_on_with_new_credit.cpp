// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a stream stops at its window and goes on with new credit", "[scenario][rfc9000]") {
  transport_settings server;
  server.stream_window = 10'000;
  server.max_stream_window = 10'000;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.server().reading = false;
  auto const id = w.start(w.client(), stream_direction::unidirectional, 25'000);
  w.settle();
  std::uint64_t highest = 0;
  for (auto const& p : w.sent_with(role::client, frame_type::stream))
    for (auto const& f : p.frames)
      if (f.type == frame_type::stream) highest = std::max(highest, f.value + f.length);
  CHECK(highest == 10'000);
  auto const blocked = w.sent_with(role::client, frame_type::stream_data_blocked);
  REQUIRE_FALSE(blocked.empty());
  CHECK(blocked[0].find(frame_type::stream_data_blocked)->value == 10'000);
  w.server().reading = true;
  w.server().read_all(id, w.now());
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 25'000); }));
}
