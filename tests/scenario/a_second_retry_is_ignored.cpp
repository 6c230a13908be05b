// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a second retry is ignored", "[scenario][rfc9000]") {
  world w{{.require_retry = true}};
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    return {.duplicate = begins_with(d, packet_kind::retry)};
  });
  REQUIRE(w.establish());
  // RFC 9000 17.2.5.2: one more flight, not two.
  std::size_t flights = 0;
  for (auto const& p : w.sent(role::client, of_kind(packet_kind::initial)))
    flights += p.has(frame_type::crypto) ? 1 : 0;
  CHECK(flights == 2);
}
