// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a version negotiation packet that lists our version is ignored", "[scenario][rfc9000][v1]") {
  world w;
  std::vector<std::uint8_t> forged;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) {
      // The client's first Initial: flags, version, destination and source IDs of 8 bytes each.
      forged = {0x80, 0, 0, 0, 0, 8};
      forged.insert(forged.end(), d.bytes.begin() + 15, d.bytes.begin() + 23);
      forged.push_back(8);
      forged.insert(forged.end(), d.bytes.begin() + 6, d.bytes.begin() + 14);
      for (int const byte : {0x6b, 0x33, 0x43, 0xcf, 0, 0, 0, 1}) forged.push_back(static_cast<std::uint8_t>(byte));
    }
    return {};
  });
  auto& client = w.connect();
  w.forge(role::server, world::server_address(), world::client_address(), forged);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.spoken() == version::v1);
}
