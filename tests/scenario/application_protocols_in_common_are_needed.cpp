// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("application protocols in common are needed", "[scenario][rfc9001]") {
  world w{{.client_alpn = {"tea"}, .server_alpn = {"coffee"}}};
  auto& client = w.connect();
  w.settle();
  // RFC 9001 8.1, 4.8: no_application_protocol is alert 120.
  REQUIRE(client.ended);
  CHECK(client.ended->origin == event::close_origin::peer);
  CHECK(client.ended->code == 0x0178);
  CHECK_FALSE(client.ended->application);
  REQUIRE(w.server().ended);
  CHECK(w.server().ended->origin == event::close_origin::local);
  CHECK(w.server().ended->code == 0x0178);
}
