// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("keys are not updated again before the peer has followed", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  REQUIRE(w.client().update_keys());
  // RFC 9001 6.1: a packet of the current phase must have been acknowledged.
  CHECK_FALSE(w.client().update_keys());
  w.client().ping();
  w.settle();
  w.advance(1s);
  CHECK(w.client().update_keys());
  CHECK(w.client().statistics().key_phase == 2);
}
