// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("two percent of loss slow a transfer but do not stop it", "[scenario][rfc9002]") {
  for (auto const stack : {flavour::plain, flavour::strict}) {
    world w{{.stack = stack, .link = {.loss = {.probability = 0.02}}, .log = false}};
    REQUIRE(w.establish());
    auto const begin = w.now();
    CHECK(w.transfer(role::client, 1'000'000));
    CHECK(w.now() - begin < 10s);
    CHECK(w.client().statistics().packets_lost > 5);
  }
}
