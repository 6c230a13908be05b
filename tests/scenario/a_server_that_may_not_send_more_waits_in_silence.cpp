// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server that may not send more waits in silence", "[scenario][rfc9002]") {
  world w{{.server_flight_padding = 20'000}};
  w.uplink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.drop = n >= 2}; });
  w.connect();
  w.advance(9s);
  // RFC 9002 6.2.2.1: no probe timeout is armed at the limit.
  CHECK(w.downlink().sent() == 3);
  for (auto const& p : w.sent(role::server)) CHECK(p.at == 10ms);
}
