// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost Initial goes along with Handshake probes that fill the window", "[scenario][rfc9002]") {
  transport_settings patient;
  patient.handshake_timeout = 60s;
  world w{{.client = patient, .server = patient}};
  // Of the server's datagrams with Initial packets only those arrive that acknowledge and say nothing. Both ends'
  // timers take turns, so that the server's flight goes out until it fills the window with what the client cannot read.
  w.uplink().on_each(
      [](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == 2 || n == 3 ? 2ms : 1ms}; });
  w.downlink().on_each([&](sim::datagram const& d, std::uint64_t) -> sim::verdict {
    return {.drop = w.now() < 7s && begins_with(d, packet_kind::initial) && d.bytes.size() >= 1200};
  });
  CHECK(w.establish(30s));
  auto const said = w.sent(
      role::server, [](seen_packet const& p) { return p.kind == packet_kind::initial && p.has(frame_type::crypto); });
  REQUIRE(said.size() == 6);
  CHECK(said.back().at > 7s);
  auto const before = w.sent(role::server, [&](seen_packet const& p) {
    return p.kind != packet_kind::one_rtt && p.at < said.back().at && p.size > 1000;
  });
  CHECK(before.size() == 5);  // of the ten datagrams that a window begins with, a loss has taken half
}
