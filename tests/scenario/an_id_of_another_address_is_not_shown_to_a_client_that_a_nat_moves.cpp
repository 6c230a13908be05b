// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an ID of another address is not shown to a client that a NAT moves", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  // The server knows two addresses of the client, and has an ID for each.
  auto const second = w.open_local(role::client, socket_address::v4(10, 0, 0, 1, 7100));
  REQUIRE(w.client().probe(second));
  w.settle();
  REQUIRE(w.count_steps(role::server, event::path_step::validated) == 1);
  wire_tap tap{w};
  // It has no IDs left, for nothing reaches the client any more, when that is moved and does not answer.
  w.downlink().settings.loss.probability = 1;
  for (int i = 0; i < 8; ++i) {
    w.server().rotate_connection_id();
    w.advance(10ms);
  }
  w.rebind_port();
  w.client().ping();
  REQUIRE(w.run_until([&] { return w.server().path().remote == second; }, 20s));
  w.client().ping();
  w.advance(5s);
  // Later it gets new ones, and follows.
  w.downlink().settings.loss.probability = 0;
  for (int i = 0; i < 10; ++i) {
    w.client().ping();
    w.advance(1s);
  }
  CHECK(w.transfer(role::server, 10'000));
  CHECK(w.server().path().remote.port == world::client_address().port + 1);
  // RFC 9000 9.5
  for (auto const& [id, ports] : tap.ports_by_id(false)) CHECK(ports.size() == 1);
}
