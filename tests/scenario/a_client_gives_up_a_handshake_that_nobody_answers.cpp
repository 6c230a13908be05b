// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client gives up a handshake that nobody answers", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.handshake_timeout = 4s;
  world w{{.client = settings}};
  w.uplink().settings.loss.probability = 1;
  auto& client = w.connect();
  CHECK_FALSE(w.run_until([&] { return client.confirmed(); }, 10s));
  REQUIRE(client.ended);
  CHECK(client.ended->origin == event::close_origin::handshake_timeout);
  CHECK(client.ended_at == 4s);
  CHECK(client.gone());
  CHECK(w.alive(role::client) == 0);
}
