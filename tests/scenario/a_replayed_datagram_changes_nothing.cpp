// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a replayed datagram changes nothing", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  std::vector<std::vector<std::uint8_t>> recorded;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    recorded.push_back(d.bytes);
    return {};
  });
  auto const id = w.start(w.client(), stream_direction::unidirectional, 20'000);
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 20'000); }));
  w.settle();
  w.uplink().on_each({});
  auto const received = w.server().statistics().packets_received;
  for (auto const& bytes : recorded) w.forge(role::client, world::client_address(), world::server_address(), bytes);
  w.settle();
  CHECK(w.server().statistics().packets_received == received);
  CHECK(world::got(w.server(), id, 20'000));
  CHECK_FALSE(w.server().ended);
}
