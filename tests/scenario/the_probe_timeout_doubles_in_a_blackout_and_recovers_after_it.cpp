// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the probe timeout doubles in a blackout and recovers after it", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.uplink().black_out(instant{w.now()}, instant{w.now() + 5s});
  w.downlink().black_out(instant{w.now()}, instant{w.now() + 5s});
  auto const before = w.sent(role::client).size();
  auto const id = w.start(w.client(), stream_direction::unidirectional, 800);
  w.advance(4900ms);
  std::vector<duration> times;
  auto const sent = w.sent(role::client);
  for (std::size_t i = before; i < sent.size(); ++i)
    if (times.empty() || times.back() != sent[i].at) times.push_back(sent[i].at);
  REQUIRE(times.size() >= 4);
  for (std::size_t i = 3; i < times.size(); ++i) CHECK(times[i] - times[i - 1] == 2 * (times[i - 1] - times[i - 2]));
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 800); }, 10s));
  w.settle();
  CHECK(w.client().statistics().pto_count == 0);
}
