// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("acknowledgements are not acknowledged", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const before = w.uplink().sent() + w.downlink().sent();
  w.client().ping();
  w.settle();
  w.advance(5s);
  // RFC 9000 13.2.1: a PING and its ACK, then silence.
  CHECK(w.uplink().sent() + w.downlink().sent() == before + 2);
}
