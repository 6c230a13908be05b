// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("datagrams are acknowledged after the usual delay", "[scenario][rfc9221]") {
  world w{{.one_way_delay = 5ms}};
  REQUIRE(w.establish());
  w.settle(200ms);
  auto const before = w.sent(role::server).size();
  REQUIRE(w.client().send_datagram(std::vector<std::uint8_t>(100, 4)));
  w.advance(6ms);
  CHECK(w.server().datagrams.size() == 1);
  // RFC 9221 5.2, RFC 9000 13.2.1: an acknowledgement may wait for max_ack_delay, and no longer.
  w.advance(20ms);
  CHECK(w.sent(role::server).size() == before);
  w.advance(10ms);
  REQUIRE(w.sent(role::server).size() == before + 1);
  CHECK(w.sent(role::server).back().has(frame_type::ack));
}
