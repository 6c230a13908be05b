// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("version negotiation leads to a common version", "[scenario][rfc9000]") {
  transport_settings both;
  both.versions = {version::v2, version::v1};
  transport_settings only_v1;
  only_v1.versions = {version::v1};
  world w{{.client = both, .server = only_v1}};
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  // RFC 9000 6: one round trip more.
  CHECK(w.now() == 40ms);
  CHECK(client.spoken() == version::v1);
  CHECK(w.server().spoken() == version::v1);
  CHECK(w.run_until([&] { return client.confirmed(); }));
  CHECK(w.transfer(role::server, 5'000));
}
