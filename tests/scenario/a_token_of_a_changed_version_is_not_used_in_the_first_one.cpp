// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token of a changed version is not used in the first one", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.client = likes_v2, .max_unvalidated = 0}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  w.settle();
  // The next connection starts in version 1 too, but the token is one of version 2.
  w.connect();
  REQUIRE(w.run_until([&] { return w.client(1).confirmed(); }));
  CHECK(w.client(1).retried());
  for (auto const& one : w.sent(role::client, of_kind(packet_kind::initial))) CHECK(one.size > 0);
}
