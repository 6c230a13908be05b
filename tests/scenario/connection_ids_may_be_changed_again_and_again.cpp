// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("connection ids may be changed again and again", "[scenario][rfc9000]") {
  world w{{.link = {.loss = {.probability = 0.02}}}};
  REQUIRE(w.establish());
  for (int i = 0; i < 40; ++i) {
    w.advance(200ms);
    CHECK(w.client().rotate_connection_id());
    CHECK(w.server().rotate_connection_id());
    REQUIRE(w.transfer(role::client, 3'000));
    REQUIRE(w.transfer(role::server, 3'000));
  }
  CHECK_FALSE(w.client().ended);
  CHECK_FALSE(w.server().ended);
}
