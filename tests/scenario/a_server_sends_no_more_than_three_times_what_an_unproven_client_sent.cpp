// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server sends no more than three times what an unproven client sent", "[scenario][rfc9000]") {
  world w{{.server_flight_padding = 20'000}};
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  bool proven = false;
  bool blocked = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (contains(d, packet_kind::handshake)) proven = true;
    received += d.bytes.size();
    return {};
  });
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    sent += d.bytes.size();
    if (!proven) CHECK(sent <= 3 * received);
    if (!proven && sent + 1200 > 3 * received) blocked = true;
    return {};
  });
  REQUIRE(w.establish());
  CHECK(blocked);
}
