// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a closing end repeats itself each time the count of packets doubles", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.uplink().black_out(instant{w.now()}, never);
  w.client().close(1, "");
  w.serve();
  std::size_t told = 0;
  for (int i = 0; i < 12; ++i) {
    w.server().ping();
    w.advance(1ms);
  }
  w.advance(10ms);
  for (auto const& p : w.sent(role::client)) told += p.has(frame_type::application_close) ? 1 : 0;
  // RFC 9000 10.2.1: once at first, then for the 1st, 2nd, 4th and 8th packet that arrived.
  CHECK(told == 5);
}
