// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a search for larger datagrams goes on behind another port", "[scenario][rfc8899]") {
  world w;
  w.downlink().settings.mtu = 1300;
  REQUIRE(w.establish());
  // The server's first probe is lost, and it does not know yet when it learns of the new port.
  w.downlink().settings.mtu = 65527;
  w.rebind_port();
  w.client().ping();
  w.settle();
  REQUIRE(w.count_steps(role::server, event::path_step::used) == 1);
  REQUIRE(w.transfer(role::server, 50'000));
  w.settle();
  CHECK(w.server().statistics().datagram_size == 1452);
}
