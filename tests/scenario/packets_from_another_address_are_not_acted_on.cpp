// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("packets from another address are not acted on", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const received = w.server().statistics().packets_received;
  // Paths are not followed: disable_active_migration says so (RFC 9000 18.2).
  w.network().rebind(world::client_address(), socket_address::v4(10, 0, 0, 1, 6000));
  w.client().ping();
  w.settle();
  CHECK(w.server().statistics().packets_received == received);
  w.network().rebind(world::client_address(), world::client_address());
  CHECK(w.transfer(role::client, 10'000));
}
