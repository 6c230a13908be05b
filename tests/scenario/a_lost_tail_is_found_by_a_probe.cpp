// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost tail is found by a probe", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const rtt = w.client().statistics().rtt;
  auto const pto = rtt.smoothed + std::max<duration>(4 * rtt.variation, 1ms) + 25ms;
  auto const id = w.start(w.client(), stream_direction::unidirectional, 1'000, false);
  w.settle();
  w.uplink().drop_next(1);
  auto const before = w.sent(role::client).size();
  w.write(w.client(), id, 500);
  w.serve();
  auto const at = w.now();
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 1'500); }));
  auto const sent = w.sent(role::client);
  REQUIRE(sent.size() >= before + 2);
  CHECK(sent[before].at == at);
  CHECK(sent[before + 1].at <= at + pto + 30ms);
  CHECK(sent[before + 1].at >= at + 25ms + 20ms);
  CHECK(sent[before + 1].has(frame_type::stream));
}
