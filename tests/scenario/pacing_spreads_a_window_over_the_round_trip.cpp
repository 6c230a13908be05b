// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("pacing spreads a window over the round trip", "[scenario][rfc9002]") {
  world w{{.one_way_delay = 100ms}};
  REQUIRE(w.establish());
  w.start(w.client(), stream_direction::unidirectional, 2'000'000);
  w.advance(1500ms);
  std::map<duration, std::size_t> bursts;
  for (auto const& p : w.sent_with(role::client, frame_type::stream))
    if (p.at > 1s) ++bursts[p.at];
  std::size_t largest = 0;
  for (auto const& [at, count] : bursts) largest = std::max(largest, count);
  // RFC 9002 7.7: no more at once than an initial window.
  CHECK(largest <= 10);
  CHECK(bursts.size() >= 20);
}
