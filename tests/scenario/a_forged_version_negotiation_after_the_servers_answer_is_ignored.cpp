// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a forged version negotiation after the servers answer is ignored", "[scenario][rfc9000]") {
  world w;
  std::vector<std::uint8_t> forged;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) {
      forged = {0x80, 0, 0, 0, 0, 8};
      forged.insert(forged.end(), d.bytes.begin() + 15, d.bytes.begin() + 23);
      forged.push_back(8);
      forged.insert(forged.end(), d.bytes.begin() + 6, d.bytes.begin() + 14);
      for (int const byte : {0x6b, 0x33, 0x43, 0xcf}) forged.push_back(static_cast<std::uint8_t>(byte));
    }
    return {};
  });
  REQUIRE(w.establish());
  w.forge(role::server, world::server_address(), world::client_address(), forged);
  w.settle();
  CHECK_FALSE(w.client().ended);
  CHECK(w.transfer(role::client, 1'000));
}
