// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("two ends may close at the same time", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.client().close(1, "");
  w.server().close(2, "");
  w.settle(5s);
  CHECK(w.client().ended->code == 1);
  CHECK(w.server().ended->code == 2);
  CHECK(w.client().gone());
  CHECK(w.server().gone());
}
