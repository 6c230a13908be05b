// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server stays in the version that its client starts with when it likes that best", "[scenario][rfc9368][v1]") {
  world w;
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v1);
  CHECK(w.server().spoken() == version::v1);
}
