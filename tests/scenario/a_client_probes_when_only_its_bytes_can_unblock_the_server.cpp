// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client probes when only its bytes can unblock the server", "[scenario][rfc9002]") {
  // RFC 9002 6.2.2.1: the client has nothing in flight, and the server must not send.
  world w{{.server_flight_padding = 6'000}};
  w.downlink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.drop = n >= 2 && n <= 3}; });
  w.uplink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.drop = n == 2}; });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  auto const probes = w.sent(
      role::client, [](seen_packet const& p) { return p.kind != packet_kind::one_rtt && p.has(frame_type::ping); });
  CHECK_FALSE(probes.empty());
}
