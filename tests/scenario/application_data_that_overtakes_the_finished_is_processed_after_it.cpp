// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("application data that overtakes the finished is processed after it", "[scenario][rfc9001]") {
  world w;
  bool dropped = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const drop = !dropped && contains(d, packet_kind::handshake);
    dropped = dropped || drop;
    return {.drop = drop};
  });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  w.advance(1ms);
  auto const id = w.start(client, stream_direction::unidirectional, 500);
  w.advance(15ms);
  REQUIRE(dropped);
  CHECK_FALSE(w.server().connected());
  // RFC 9001 5.7: kept, not acted on.
  CHECK(w.server().held_bytes() > 500);
  CHECK(w.server().in.empty());
  REQUIRE(w.run_until([&] { return w.server().confirmed(); }));
  CHECK(world::got(w.server(), id, 500));
}
