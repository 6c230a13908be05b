// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("duplicates of every packet are ignored", "[scenario][rfc9000]") {
  world w{{.link = {.duplication = 1}}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 200'000));
  w.settle();
  CHECK(w.server().statistics().packets_dropped > 100);
  CHECK(w.client().statistics().packets_lost == 0);
}
