// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server may go by its own preference", "[scenario][rfc9368]") {
  transport_settings ours;
  ours.versions = {version::v2, version::v1};
  ours.version_choice = version_choice::of_server;
  world w{{.server = ours}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  CHECK(w.transfer(role::client, 5'000));
}
