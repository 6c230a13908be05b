// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("corrupted datagrams never deliver wrong bytes", "[scenario][rfc9001]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed, .link = {.corruption = 0.02, .corrupted_bits = 2}, .log = false}};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::client, 500'000));
    CHECK(w.transfer(role::server, 500'000));
    CHECK_FALSE(w.client().ended);
    CHECK_FALSE(w.server().ended);
  }
}
