// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <quoin/sim/random.hpp>

TEST_CASE("garbage changes nothing and costs no state", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  sim::random chance{5};
  for (std::size_t i = 0; i < 500; ++i) {
    std::vector<std::uint8_t> bytes(1 + chance.below(1400));
    for (auto& b : bytes) b = static_cast<std::uint8_t>(chance.below(256));
    auto const source = socket_address::v4(10, 1, 1, static_cast<std::uint8_t>(i % 250), 1000);
    w.forge(role::client, i % 2 == 0 ? world::client_address() : source, world::server_address(), bytes);
    w.forge(role::server, world::server_address(), world::client_address(), bytes);
  }
  w.settle();
  CHECK(w.alive(role::server) == 1);
  CHECK(w.alive(role::client) == 1);
  CHECK(w.transfer(role::client, 10'000));
  CHECK(w.transfer(role::server, 10'000));
}
