// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a close reaches the peer with its code and reason", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const at = w.now();
  w.client().close(0x1234, "tea time");
  w.settle();
  REQUIRE(w.client().ended);
  CHECK(w.client().ended->origin == event::close_origin::local);
  REQUIRE(w.server().ended);
  CHECK(w.server().ended->origin == event::close_origin::peer);
  CHECK(w.server().ended->application);
  CHECK(w.server().ended->code == 0x1234);
  CHECK(w.server().ended->reason == "tea time");
  CHECK(w.server().ended_at == at + 10ms);
}
