// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client is followed again with the ID that its new address had", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  wire_tap tap{w};
  // A NAT moves the client while nothing reaches it, and the server has one ID left that was never used.
  w.downlink().settings.loss.probability = 1;
  while (w.server().rotate_connection_id()) w.advance(10ms);
  auto const moved = w.rebind_port();
  w.client().ping();
  // Nobody answers, and the server goes back to an address behind which there is nobody.
  REQUIRE(w.run_until([&] { return w.count_steps(role::server, event::path_step::used) == 2; }, 20s));
  REQUIRE(w.count_steps(role::server, event::path_step::failed) > 0);
  // The client does not look like one that something between has moved (RFC 9000 9.5).
  REQUIRE(w.client().rotate_connection_id());
  w.downlink().settings.loss.probability = 0;
  w.client().ping();

  CHECK(w.transfer(role::server, 10'000));
  CHECK(w.server().path().remote == moved);
  CHECK_FALSE(w.client().ended);
  CHECK_FALSE(w.server().ended);
  for (auto const& [id, ports] : tap.ports_by_id(false)) CHECK(ports.size() == 1);
}
