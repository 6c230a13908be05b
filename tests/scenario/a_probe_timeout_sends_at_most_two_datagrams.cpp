// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a probe timeout sends at most two datagrams", "[scenario][rfc9002]") {
  world w;
  w.uplink().settings.loss.probability = 1;
  w.connect();
  w.advance(1s);
  auto const probes = w.uplink().sent() - 1;
  CHECK(probes >= 1);
  CHECK(probes <= 2);
}
