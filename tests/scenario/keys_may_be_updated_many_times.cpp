// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("keys may be updated many times", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  for (std::uint64_t i = 1; i <= 20; ++i) {
    w.advance(1s);
    REQUIRE(w.of(i % 2 == 0 ? role::client : role::server).update_keys());
    REQUIRE(w.transfer(role::client, 5'000));
    REQUIRE(w.transfer(role::server, 5'000));
    // A phase may end once a packet of it was acknowledged (RFC 9001 6.1); ACKs alone never are.
    w.client().ping();
    w.server().ping();
    w.settle();
    CHECK(w.client().statistics().key_phase == i);
    CHECK(w.server().statistics().key_phase == i);
  }
}
