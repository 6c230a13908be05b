// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an old packet from a new address moves nothing", "[scenario][rfc9000][cve_class_old_packet_migrates]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // One packet is held up on its way, and comes from another address after newer ones.
  auto const elsewhere = socket_address::v4(10, 0, 0, 1, 5001);
  bool taken = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (taken) return {};
    taken = true;
    d.path.local = elsewhere;
    return {.later = 30ms};
  });
  w.client().ping();
  w.serve();
  REQUIRE(w.transfer(role::client, 20'000));
  w.advance(1s);
  CHECK(taken);
  CHECK(w.count_steps(role::server, event::path_step::validating) == 1);
  CHECK(w.count_steps(role::server, event::path_step::used) == 0);
  CHECK(w.server().path().remote == world::client_address());
}
