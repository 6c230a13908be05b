// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("both ends may update their keys at the same time", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  REQUIRE(w.client().update_keys());
  REQUIRE(w.server().update_keys());
  w.client().ping();
  w.server().ping();
  w.settle();
  // RFC 9001 6.1: one update, not two.
  CHECK(w.client().statistics().key_phase == 1);
  CHECK(w.server().statistics().key_phase == 1);
  CHECK(w.transfer(role::client, 10'000));
  CHECK(w.transfer(role::server, 10'000));
}
