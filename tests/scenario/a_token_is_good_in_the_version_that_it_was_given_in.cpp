// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token is good in the version that it was given in", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  likes_v2.first_version = version::v2;
  transport_settings both;
  world w{{.client = likes_v2, .server = both, .max_unvalidated = 0}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  w.settle();
  w.connect();
  REQUIRE(w.run_until([&] { return w.client(1).confirmed(); }));
  CHECK_FALSE(w.client(1).retried());
}
