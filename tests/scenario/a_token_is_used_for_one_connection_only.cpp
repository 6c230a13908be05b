// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token is used for one connection only", "[scenario][rfc9000]") {
  world w{{.max_unvalidated = 0}};
  REQUIRE(w.establish());
  w.settle();
  w.connect();
  w.connect();
  REQUIRE(w.run_until([&] { return w.client(1).confirmed() && w.client(2).confirmed(); }));
  CHECK_FALSE(w.client(1).retried());
  CHECK(w.client(2).retried());
}
