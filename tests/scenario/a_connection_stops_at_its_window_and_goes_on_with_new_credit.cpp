// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a connection stops at its window and goes on with new credit", "[scenario][rfc9000]") {
  transport_settings server;
  server.connection_window = 20'000;
  server.max_connection_window = 20'000;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.server().reading = false;
  std::vector<stream_id> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(w.start(w.client(), stream_direction::unidirectional, 15'000));
  w.settle();
  std::map<std::uint64_t, std::uint64_t> highest;
  for (auto const& p : w.sent_with(role::client, frame_type::stream))
    for (auto const& f : p.frames)
      if (f.type == frame_type::stream) highest[f.id] = std::max(highest[f.id], f.value + f.length);
  std::uint64_t sum = 0;
  for (auto const& [id, end] : highest) sum += end;
  CHECK(sum == 20'000);
  auto const blocked = w.sent_with(role::client, frame_type::data_blocked);
  REQUIRE_FALSE(blocked.empty());
  CHECK(blocked[0].find(frame_type::data_blocked)->value == 20'000);
  w.server().reading = true;
  for (auto const id : ids) w.server().read_all(id, w.now());
  REQUIRE(w.run_until([&] {
    for (auto const id : ids)
      if (!world::got(w.server(), id, 15'000)) return false;
    return true;
  }));
}
