// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a probe carries what is new when there is something", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.uplink().drop_next(1);
  auto const before = w.sent(role::client).size();
  w.client().ping();
  w.advance(1ms);
  auto const id = w.start(w.client(), stream_direction::unidirectional, 100);
  REQUIRE(w.run_until([&] { return world::got(w.server(), id, 100); }));
  CHECK(w.sent(role::client).size() >= before + 2);
  CHECK(w.now() < 200ms);
}
