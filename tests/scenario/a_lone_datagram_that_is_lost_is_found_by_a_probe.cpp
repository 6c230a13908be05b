// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lone datagram that is lost is found by a probe", "[scenario][rfc9221]") {
  world w{{.datagrams = {.report_fate = true}}};
  REQUIRE(w.establish());
  w.settle();
  w.uplink().drop(1);
  REQUIRE(w.client().send_datagram(std::vector<std::uint8_t>(300, 1)));
  w.serve();
  auto const at = w.now();
  REQUIRE(w.run_until([&] { return w.client().count(connection_event::kind::datagram_lost) == 1; }, 5s));
  auto const probes = w.sent(role::client, [&](seen_packet const& p) { return p.at > at && p.has(frame_type::ping); });
  CHECK_FALSE(probes.empty());
  CHECK(w.server().datagrams.empty());
}
