// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("handshake packets that overtake the initial wait for their keys", "[scenario][rfc9001]") {
  world w{{.server_flight_padding = 1500}};
  w.downlink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == 1 ? 5ms : 0ms}; });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(w.now() == 25ms);
  CHECK(w.dropped(role::client, event::drop_reason::keys_unavailable) == 0);
  // Nothing had to be sent twice.
  CHECK(w.sent(role::server, [](seen_packet const& p) { return p.kind == packet_kind::handshake; }).size() <= 3);
}
