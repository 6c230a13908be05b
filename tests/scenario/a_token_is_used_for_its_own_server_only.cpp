// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token is used for its own server only", "[scenario][rfc9000][cve_class_request_forgery]") {
  world w{{.max_unvalidated = 0}};
  REQUIRE(w.establish());
  w.settle();
  w.connect("elsewhere.test");
  REQUIRE(w.run_until([&] { return w.client(1).confirmed(); }));
  CHECK(w.client(1).retried());
}
