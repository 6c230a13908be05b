// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a datagram that is lost is not sent again", "[scenario][rfc9221]") {
  world w{{.datagrams = {.report_fate = true}}};
  REQUIRE(w.establish());
  w.settle();
  std::vector<std::uint8_t> const lost(300, 1);
  std::vector<std::uint8_t> const last(300, 2);
  w.uplink().drop(1);
  REQUIRE(w.client().send_datagram(lost));
  w.serve();
  REQUIRE(w.client().send_datagram(last));
  w.advance(10s);
  CHECK(w.server().datagrams == std::vector<std::vector<std::uint8_t>>{last});
  auto const carriers = w.sent_with(role::client, frame_type::datagram);
  CHECK(carriers.size() == 2);
  // RFC 9221 5.2: the probe that finds the loss asks for an answer and repeats nothing.
  CHECK_FALSE(w.select(fate::lost, role::client).empty());
  CHECK(w.client().count(connection_event::kind::datagram_lost) == 1);
  CHECK(w.client().count(connection_event::kind::datagram_acked) == 1);
}
