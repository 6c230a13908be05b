// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an address that a NAT changes starts congestion control anew", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::server, 500'000));
  auto const window = w.server().statistics().congestion_window;
  REQUIRE(window > 30'000);
  auto const moved = w.rebind_address();
  w.client().ping();
  REQUIRE(w.run_until([&] { return w.server().path().remote == moved; }));
  CHECK(w.server().statistics().congestion_window < window);
  CHECK(w.server().statistics().congestion_window >= 12'000);
  CHECK(w.transfer(role::server, 100'000));
}
