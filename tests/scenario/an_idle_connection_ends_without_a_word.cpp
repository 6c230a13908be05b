// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an idle connection ends without a word", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = 5s;
  world w{{.client = settings, .server = settings}};
  REQUIRE(w.establish());
  w.settle();
  auto const sent = w.uplink().sent() + w.downlink().sent();
  w.advance(20s);
  CHECK(w.client().ended);
  CHECK(w.uplink().sent() + w.downlink().sent() == sent);
}
