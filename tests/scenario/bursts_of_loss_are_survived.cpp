// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("bursts of loss are survived", "[scenario][rfc9002]") {
  world w{{.link = {.loss = {.two_state = {.enter_bad = 0.01, .leave_bad = 0.2}}}, .log = false}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 500'000, 120s));
}
