// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an idle timeout is never shorter than three probe timeouts", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = 10ms;
  world w{{.one_way_delay = 100ms, .client = settings, .server = settings}};
  REQUIRE(w.establish());
  auto const last = w.now();
  CHECK_FALSE(w.client().ended);
  w.advance(600ms);
  CHECK_FALSE(w.client().ended);
  w.advance(3s);
  REQUIRE(w.client().ended);
  // RFC 9000 10.1: a probe timeout is more than a round trip of 200 ms and the 25 ms of max_ack_delay.
  CHECK(w.client().ended_at > last + 3 * 225ms);
}
