// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost handshake done is sent again", "[scenario][rfc9000]") {
  world w;
  bool dropped = false;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const drop = !dropped && begins_with(d, packet_kind::one_rtt);
    dropped = dropped || drop;
    return {.drop = drop};
  });
  REQUIRE(w.establish());
  CHECK(dropped);
  CHECK(w.sent_with(role::server, frame_type::handshake_done).size() >= 2);
  CHECK(w.client().confirmed());
}
