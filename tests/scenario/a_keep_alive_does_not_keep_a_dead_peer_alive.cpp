// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a keep alive does not keep a dead peer alive", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.keep_alive = 1s;
  settings.idle_timeout = 3s;
  world w{{.client = settings, .server = settings}};
  REQUIRE(w.establish());
  w.downlink().black_out(instant{w.now()}, never);
  w.uplink().black_out(instant{w.now()}, never);
  auto const at = w.now();
  w.advance(20s);
  REQUIRE(w.client().ended);
  CHECK(w.client().ended->origin == event::close_origin::idle_timeout);
  CHECK(w.client().ended_at <= at + 4s + 100ms);
}
