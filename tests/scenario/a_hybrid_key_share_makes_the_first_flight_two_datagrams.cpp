// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a hybrid key share makes the first flight two datagrams", "[scenario][botan]") {
  world w{{.stack = flavour::botan, .post_quantum = true}};
  w.connect();
  CHECK(w.uplink().sent() == 2);
  REQUIRE(w.run_until([&] { return w.client().confirmed(); }));
  CHECK(w.transfer(role::client, 20'000));
}
