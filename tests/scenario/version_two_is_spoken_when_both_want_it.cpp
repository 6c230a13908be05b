// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("version two is spoken when both want it", "[scenario][rfc9369]") {
  transport_settings both;
  both.versions = {version::v2, version::v1};
  world w{{.client = both, .server = both}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  CHECK(w.transfer(role::client, 5'000));
}
