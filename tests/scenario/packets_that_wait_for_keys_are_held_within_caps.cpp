// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("packets that wait for keys are held within caps", "[scenario][rfc9001]") {
  world w;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    return {.drop = contains(d, packet_kind::handshake) && w.now() < 40ms};
  });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  w.advance(1ms);
  for (int i = 0; i < 13; ++i) {
    client.ping();
    w.advance(1ms);
  }
  w.advance(5ms);
  CHECK_FALSE(w.server().connected());
  w.advance(6ms);
  // RFC 9001 5.7 asks for no more than a few: ten are kept.
  CHECK(w.dropped(role::server, event::drop_reason::buffer_full) >= 3);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(w.server().held_bytes() == 0);
  CHECK(w.transfer(role::client, 5'000));
}
