// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a draining end is silent", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  std::vector<std::uint8_t> replay;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (replay.empty()) replay = d.bytes;
    return {};
  });
  w.client().ping();
  w.serve();
  w.client().close(1, "");
  w.advance(11ms);
  REQUIRE(w.server().ended);
  auto const sent = w.downlink().sent();
  for (int i = 0; i < 10; ++i) {
    w.forge(role::client, world::client_address(), world::server_address(), replay);
    w.advance(2ms);
  }
  w.advance(1s);
  // RFC 9000 10.2.2
  CHECK(w.downlink().sent() == sent);
  CHECK(w.alive(role::server) == 0);
}
