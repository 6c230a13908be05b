// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the server chooses the application protocol", "[scenario][rfc9001]") {
  world w{{.client_alpn = {"tea", "coffee"}, .server_alpn = {"coffee", "tea"}}};
  REQUIRE(w.establish());
  CHECK(w.client().alpn() == "coffee");
  CHECK(w.server().alpn() == "coffee");
}
