// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("closing and draining last three probe timeouts", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const rtt = w.client().statistics().rtt;
  auto const pto = rtt.smoothed + std::max<duration>(4 * rtt.variation, 1ms) + 25ms;
  auto const server_rtt = w.server().statistics().rtt;
  auto const server_pto = server_rtt.smoothed + std::max<duration>(4 * server_rtt.variation, 1ms) + 25ms;
  auto const at = w.now();
  w.client().close(0, "");
  w.serve();
  // RFC 9000 10.2: the state stays as long, then nothing is left.
  REQUIRE(w.run_until([&] { return w.client().gone(); }));
  CHECK(w.now() >= at + 3 * pto);
  CHECK(w.now() <= at + 3 * pto + 10ms);
  REQUIRE(w.run_until([&] { return w.server().gone(); }));
  CHECK(w.now() >= at + 10ms + 3 * server_pto);
  CHECK(w.deadline() == never);
}
