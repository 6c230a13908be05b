// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("larger datagrams are sent only after the handshake", "[scenario][rfc9000]") {
  transport_settings large;
  large.datagram_size = 1452;
  world w{{.client = large, .server = large, .server_flight_padding = 5000}};
  std::size_t before = 0;
  std::size_t after = 0;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    auto& largest = contains(d, packet_kind::handshake) ? before : after;
    largest = std::max(largest, d.bytes.size());
    return {};
  });
  REQUIRE(w.establish());
  CHECK(w.transfer(role::server, 100'000));
  CHECK(before == 1200);
  CHECK(after == 1452);
}
