// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an initial that does not authenticate leaves no state", "[scenario][rfc9000]") {
  world w;
  std::vector<std::uint8_t> initial;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    initial = d.bytes;
    return {.drop = true};
  });
  w.connect();
  w.uplink().on_each({});
  REQUIRE(initial.size() == 1200);
  initial[600] ^= 0x40;
  w.forge(role::client, world::client_address(), world::server_address(), initial);
  w.advance(20ms);
  CHECK(w.alive(role::server) == 0);
  CHECK(w.downlink().sent() == 0);
}
