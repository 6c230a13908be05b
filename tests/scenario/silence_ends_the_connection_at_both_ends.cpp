// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("silence ends the connection at both ends", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = 5s;
  world w{{.client = settings, .server = settings}};
  REQUIRE(w.establish());
  w.settle();
  w.advance(1s);
  w.client().ping();
  w.settle();
  auto const heard_by = [&](role side) { return w.received(side).back().at; };
  auto const client_heard = heard_by(role::client);
  auto const server_heard = heard_by(role::server);
  w.advance(10s);
  REQUIRE(w.client().ended);
  REQUIRE(w.server().ended);
  CHECK(w.client().ended->origin == event::close_origin::idle_timeout);
  CHECK(w.server().ended->origin == event::close_origin::idle_timeout);
  // RFC 9000 10.1
  CHECK(w.client().ended_at == client_heard + 5s);
  CHECK(w.server().ended_at == server_heard + 5s);
  CHECK(w.alive(role::client) == 0);
  CHECK(w.alive(role::server) == 0);
}
