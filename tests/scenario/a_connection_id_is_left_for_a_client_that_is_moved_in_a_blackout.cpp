// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a connection id is left for a client that is moved in a blackout", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const dark = w.network().now();
  w.uplink().black_out(dark, dark + 2s);
  w.downlink().black_out(dark, dark + 2s);
  // An application that changes the ID as often as it can, while the peer can give no more.
  int changed = 0;
  while (w.server().rotate_connection_id()) ++changed;
  CHECK(changed == 6);
  REQUIRE(w.client().rotate_connection_id());
  auto const moved = w.rebind_port();
  w.advance(3s);

  // RFC 9000 9.5: the server needs an ID that was never used to answer there.
  REQUIRE(w.transfer(role::client, 5'000));
  w.settle();
  CHECK(w.server().path().remote == moved);
  CHECK(w.server().count(connection_event::kind::path_changed) == 1);
  CHECK_FALSE(w.client().ended);
  CHECK_FALSE(w.server().ended);
  // Once the peer hears of it there are more.
  CHECK(w.server().rotate_connection_id());
}
