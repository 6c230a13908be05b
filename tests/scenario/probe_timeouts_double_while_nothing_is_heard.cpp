// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("probe timeouts double while nothing is heard", "[scenario][rfc9002]") {
  transport_settings patient;
  patient.handshake_timeout = 60s;
  world w{{.client = patient}};
  w.uplink().settings.loss.probability = 1;
  w.connect();
  w.advance(20s);
  std::vector<duration> times;
  for (auto const& p : w.sent(role::client))
    if (times.empty() || times.back() != p.at) times.push_back(p.at);
  CHECK(times == std::vector<duration>{0ms, 999ms, 2997ms, 6993ms, 14985ms});
}
