// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("datagrams wait for the congestion window", "[scenario][rfc9221]") {
  world w{{.one_way_delay = 50ms}};
  REQUIRE(w.establish());
  w.settle(200ms);
  std::vector<std::uint8_t> const bytes(1'000, 3);
  for (int i = 0; i < 100; ++i) REQUIRE(w.client().send_datagram(bytes));
  w.advance(1ms);
  // RFC 9221 5.4: what does not fit into the window stays behind, and is not lost for that.
  CHECK(w.client().statistics().bytes_in_flight <= w.client().statistics().congestion_window);
  CHECK(w.sent_with(role::client, frame_type::datagram).size() < 30);
  REQUIRE(w.run_until([&] { return w.server().datagrams.size() == 100; }, 10s));
  CHECK(w.client().statistics().packets_lost == 0);
}
