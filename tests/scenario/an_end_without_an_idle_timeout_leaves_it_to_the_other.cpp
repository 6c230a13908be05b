// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an end without an idle timeout leaves it to the other", "[scenario][rfc9000]") {
  transport_settings client;
  client.idle_timeout = 0s;
  transport_settings server;
  server.idle_timeout = 4s;
  world w{{.client = client, .server = server}};
  REQUIRE(w.establish());
  w.settle();
  auto const last = w.received(role::client).back().at;
  w.advance(5s);
  REQUIRE(w.client().ended);
  CHECK(w.client().ended_at == last + 4s);
  CHECK(w.server().ended);
}
