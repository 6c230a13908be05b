// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("writing stops at the send buffer and goes on when there is room", "[scenario][api]") {
  transport_settings client;
  client.send_buffer = 64'000;
  world w{{.client = client}};
  REQUIRE(w.establish());
  auto const id = w.client().open(stream_direction::unidirectional);
  REQUIRE(id);
  auto const took = w.client().write(*id, std::vector<std::uint8_t>(200'000));
  REQUIRE(took);
  CHECK(*took == 64'000);
  CHECK(w.client().count(connection_event::kind::stream_writable) == 0);
  w.settle();
  CHECK(w.client().count(connection_event::kind::stream_writable) == 1);
  CHECK(w.client().write(*id, std::vector<std::uint8_t>(10)).value() == 10);
}
