// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("two connections share a bottleneck", "[scenario][rfc9002]") {
  for (auto const stack : {flavour::plain, flavour::strict}) {
    CAPTURE(static_cast<int>(stack));
    world w{
        {.stack = stack, .link = {.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 50'000}}, .log = false}};
    REQUIRE(w.establish());
    REQUIRE(w.establish());
    auto const one = w.start(w.client(0), stream_direction::unidirectional, 6'000'000);
    auto const other = w.start(w.client(1), stream_direction::unidirectional, 6'000'000);
    w.advance(8s);
    auto const a = static_cast<double>(w.server(0).in[one.value()].bytes.size());
    auto const b = static_cast<double>(w.server(1).in[other.value()].bytes.size());
    CHECK(a + b >= 0.75 * 8 * 10e6 / 8);
    CHECK(std::min(a, b) >= 0.25 * (a + b));
  }
}
