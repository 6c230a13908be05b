// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("lost connection ids are issued again", "[scenario][rfc9000]") {
  world w;
  int dropped = 0;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const drop = dropped < 2 && begins_with(d, packet_kind::one_rtt);
    dropped += drop ? 1 : 0;
    return {.drop = drop};
  });
  REQUIRE(w.establish());
  w.advance(2s);
  REQUIRE(dropped == 2);
  // All seven are there, the last of which is kept for a path.
  for (int i = 0; i < 6; ++i) CHECK(w.client().rotate_connection_id());
  CHECK_FALSE(w.client().rotate_connection_id());
}
