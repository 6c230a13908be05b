// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

TEST_CASE("fifty connections live at one endpoint", "[scenario][endpoint]") {
  world w{{.link = {.loss = {.probability = 0.01}}, .log = false}};
  for (int i = 0; i < 50; ++i) w.connect();
  REQUIRE(w.run_until([&] {
    for (std::size_t i = 0; i < 50; ++i)
      if (!w.client(i).confirmed()) return false;
    return true;
  }));
  CHECK(w.alive(role::server) == 50);
  std::vector<stream_id> ids;
  for (std::size_t i = 0; i < 50; ++i)
    ids.push_back(w.start(w.client(i), stream_direction::unidirectional, 10'000 + i));
  w.run_until([&] {
    for (std::size_t i = 0; i < 50; ++i)
      if (w.client(i).count(connection_event::kind::stream_finished) == 0) return false;
    return true;
  });
  std::multiset<std::size_t> sizes;
  for (std::size_t i = 0; i < 50; ++i)
    for (auto const& [id, got] : w.server(i).in) sizes.insert(got.bytes.size());
  for (std::size_t i = 0; i < 50; ++i) CHECK(sizes.count(10'000 + i) == 1);
  for (std::size_t i = 0; i < 50; ++i) w.client(i).close(0, "");
  w.settle(5s);
  CHECK(w.alive(role::server) == 0);
  CHECK(w.alive(role::client) == 0);
}
