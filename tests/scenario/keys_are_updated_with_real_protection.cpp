// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("keys are updated with real protection", "[scenario][botan][rfc9001]") {
  world w{{.stack = flavour::botan, .link = {.loss = {.probability = 0.02}}}};
  REQUIRE(w.establish());
  for (std::uint64_t i = 1; i <= 5; ++i) {
    w.advance(1s);
    REQUIRE(w.of(i % 2 == 0 ? role::client : role::server).update_keys());
    REQUIRE(w.transfer(role::client, 20'000));
    REQUIRE(w.transfer(role::server, 20'000));
  }
  CHECK(w.client().statistics().key_phase == 5);
}
