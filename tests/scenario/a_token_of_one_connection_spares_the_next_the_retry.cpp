// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token of one connection spares the next the retry", "[scenario][rfc9000]") {
  world w{{.max_unvalidated = 0}};
  REQUIRE(w.establish());
  CHECK(w.client().retried());
  w.settle();
  w.client().close(0, "");
  REQUIRE(w.establish());
  // RFC 9000 8.1.3
  CHECK_FALSE(w.client(1).retried());
}
