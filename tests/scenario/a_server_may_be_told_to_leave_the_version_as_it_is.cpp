// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server may be told to leave the version as it is", "[scenario][rfc9368]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  transport_settings stays;
  stays.version_choice = version_choice::as_it_starts;
  world w{{.client = likes_v2, .server = stays}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v1);
  CHECK(w.server().spoken() == version::v1);
}
