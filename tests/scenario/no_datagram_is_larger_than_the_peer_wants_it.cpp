// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("no datagram is larger than the peer wants it", "[scenario][rfc9000]") {
  transport_settings client;
  client.datagram_size = 1452;
  transport_settings server;
  server.max_udp_payload = 1300;
  world w{{.client = client, .server = server}};
  std::size_t largest = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    largest = std::max(largest, d.bytes.size());
    return {};
  });
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  CHECK(largest == 1300);
}
