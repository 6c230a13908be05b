// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a real tls handshake changes the version", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.stack = flavour::botan, .client = likes_v2}};
  REQUIRE(w.establish());
  CHECK(w.client().spoken() == version::v2);
  CHECK(w.server().spoken() == version::v2);
  CHECK(w.transfer(role::client, 100'000));
  // The keys of version 2 follow each other by a label of their own (RFC 9369 3.3.2).
  CHECK(w.client().update_keys());
  CHECK(w.transfer(role::server, 100'000));
  CHECK(w.server().statistics().key_phase == 1);
}
