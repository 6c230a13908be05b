// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the smaller idle timeout counts for both ends", "[scenario][rfc9000]") {
  transport_settings server;
  server.idle_timeout = 4s;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.settle();
  auto const last = w.received(role::client).back().at;
  w.advance(4500ms);
  REQUIRE(w.client().ended);
  REQUIRE(w.server().ended);
  CHECK(w.client().ended_at == last + 4s);
}
