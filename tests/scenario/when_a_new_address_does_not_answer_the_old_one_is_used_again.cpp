// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("when a new address does not answer the old one is used again", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // One packet appears to come from elsewhere; the client then says nothing for long.
  auto const elsewhere = w.rebind_address();
  w.client().ping();
  w.serve();
  w.network().rebind(world::client_address(), world::client_address());
  w.advance(15ms);
  REQUIRE(w.count_steps(role::server, event::path_step::used) == 1);
  // Even the answers on the old path get lost.
  w.uplink().black_out(w.network().now(), w.network().now() + 4s);
  w.advance(5s);
  CHECK(w.count_steps(role::server, event::path_step::failed) >= 1);
  CHECK(w.count_steps(role::server, event::path_step::used) == 2);
  CHECK(w.server().path().remote == world::client_address());
  CHECK_FALSE(w.server().path().remote == elsewhere);
  CHECK(w.transfer(role::server, 50'000));
}
