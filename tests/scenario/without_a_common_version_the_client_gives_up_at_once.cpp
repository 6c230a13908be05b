// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("without a common version the client gives up at once", "[scenario][rfc9000]") {
  transport_settings only_v2;
  only_v2.versions = {version::v2};
  transport_settings only_v1;
  only_v1.versions = {version::v1};
  world w{{.client = only_v2, .server = only_v1}};
  auto& client = w.connect();
  w.advance(20ms);
  REQUIRE(client.ended);
  CHECK(client.ended->code == static_cast<std::uint64_t>(error_code::version_negotiation_error));
  CHECK(client.ended_at == 20ms);
  CHECK(w.alive(role::server) == 0);
  CHECK(client.gone());
}
