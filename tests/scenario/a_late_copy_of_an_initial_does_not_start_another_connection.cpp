// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a late copy of an initial does not start another connection", "[scenario][rfc9000]") {
  world w;
  std::vector<std::uint8_t> initial;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) initial = d.bytes;
    return {};
  });
  REQUIRE(w.establish());
  w.settle();
  auto const sent = w.downlink().sent();
  w.forge(role::client, world::client_address(), world::server_address(), initial);
  w.settle();
  CHECK(w.alive(role::server) == 1);
  CHECK(w.count(role::server) == 1);
  CHECK(w.downlink().sent() == sent);
  CHECK(w.transfer(role::client, 10'000));
}
