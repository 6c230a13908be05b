// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a round trip of three seconds works", "[scenario][rfc9002]") {
  transport_settings patient;
  patient.handshake_timeout = 60s;
  world w{{.one_way_delay = 1500ms, .client = patient, .server = patient}};
  REQUIRE(w.establish());
  CHECK(w.client().statistics().rtt.min >= 2999ms);
  CHECK(w.transfer(role::server, 200'000));
  CHECK(w.client().statistics().packets_dropped < 20);
}
