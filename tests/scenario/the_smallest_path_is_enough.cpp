// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the smallest path is enough", "[scenario][rfc9000]") {
  transport_settings fixed;
  fixed.discover_mtu = false;
  world w{
      {.link = {.mtu = 1200}, .client = fixed, .server = fixed, .hello_padding = 2000, .server_flight_padding = 3000}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  CHECK(w.transfer(role::server, 100'000));
  CHECK(w.uplink().count(sim::fate::too_large) == 0);
  CHECK(w.downlink().count(sim::fate::too_large) == 0);
}
