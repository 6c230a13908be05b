// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client updates its keys and the server follows", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  REQUIRE(w.client().update_keys());
  CHECK(w.transfer(role::client, 20'000));
  CHECK(w.client().statistics().key_phase == 1);
  CHECK(w.server().statistics().key_phase == 1);
  CHECK(w.transfer(role::server, 20'000));
}
