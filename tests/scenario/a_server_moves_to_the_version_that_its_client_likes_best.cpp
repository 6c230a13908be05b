// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server moves to the version that its client likes best", "[scenario][rfc9368]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.client = likes_v2}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  CHECK(w.server().spoken() == version::v2);
  // RFC 9368 1: without a round trip more.
  CHECK(w.now() == 40ms);
  CHECK(w.client().event_times.front() == 20ms);
  CHECK(w.dropped(role::client, event::drop_reason::unsupported_version) == 0);
  CHECK(w.dropped(role::server, event::drop_reason::unsupported_version) == 0);
  CHECK(w.transfer(role::client, 50'000));
  CHECK(w.transfer(role::server, 50'000));
}
