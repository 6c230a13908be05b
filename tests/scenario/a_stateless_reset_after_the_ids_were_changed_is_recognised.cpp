// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a stateless reset after the ids were changed is recognised", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(w.client().rotate_connection_id());
    REQUIRE(w.transfer(role::client, 2'000));
    w.settle();
  }
  w.restart_server();
  w.client().ping();
  w.settle();
  REQUIRE(w.client().ended);
  CHECK(w.client().ended->origin == event::close_origin::stateless_reset);
}
