// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server forgets a handshake that its client left", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.handshake_timeout = 4s;
  world w{{.server = settings}};
  w.uplink().black_out(instant{1ms}, never);
  w.connect();
  w.advance(3s);
  CHECK(w.alive(role::server) == 1);
  w.advance(2s);
  CHECK(w.alive(role::server) == 0);
  REQUIRE(w.server().ended);
  CHECK(w.server().ended->origin == event::close_origin::handshake_timeout);
  CHECK(w.server().ended_at == 4010ms);
}
