// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("all four kinds of streams carry data", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  for (auto const side : {role::client, role::server})
    for (auto const direction : {stream_direction::bidirectional, stream_direction::unidirectional}) {
      auto const id = w.start(w.of(side), direction, 70'000);
      CHECK(id.initiator() == side);
      CHECK(id.direction() == direction);
      CHECK(w.run_until([&] { return world::got(w.of(peer_of(side)), id, 70'000); }));
    }
}
