// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a bottleneck is filled", "[scenario][rfc9002]") {
  for (auto const stack : {flavour::plain, flavour::strict}) {
    CAPTURE(static_cast<int>(stack));
    world w{{.stack = stack,
             .one_way_delay = 10ms,
             .link = {.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 50'000}},
             .log = false}};
    REQUIRE(w.establish());
    auto const begin = w.now();
    REQUIRE(w.transfer(role::client, 5'000'000));
    auto const seconds = std::chrono::duration<double>(w.now() - begin).count();
    CHECK(5e6 * 8 / seconds >= 0.8 * 10e6);
  }
}
