// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost client finished is sent again", "[scenario][rfc9002]") {
  world w;
  bool dropped = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const drop = !dropped && contains(d, packet_kind::handshake);
    dropped = dropped || drop;
    return {.drop = drop};
  });
  REQUIRE(w.establish());
  CHECK(dropped);
  auto const finished = w.sent(
      role::client, [](seen_packet const& p) { return p.kind == packet_kind::handshake && p.has(frame_type::crypto); });
  CHECK(finished.size() >= 2);
}
