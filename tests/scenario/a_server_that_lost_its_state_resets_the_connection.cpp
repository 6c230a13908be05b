// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server that lost its state resets the connection", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.restart_server();
  auto const at = w.now();
  w.client().ping();
  w.settle();
  REQUIRE(w.client().ended);
  CHECK(w.client().ended->origin == event::close_origin::stateless_reset);
  CHECK(w.client().ended_at == at + 20ms);
}
