// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the same seed gives the same trace byte for byte", "[scenario][lab]") {
  auto const run = [](std::uint64_t seed) {
    world w{{.seed = seed,
             .link = {.jitter = 3ms,
                      .loss = {.probability = 0.05},
                      .reordering = 0.1,
                      .reordering_delay = 5ms,
                      .duplication = 0.05,
                      .corruption = 0.02}}};
    w.establish();
    w.transfer(role::client, 200'000);
    w.transfer(role::server, 100'000);
    w.client().close(3, "done");
    w.settle(10s);
    return w.trace();
  };
  auto const first = run(42);
  CHECK(first.size() > 10'000);
  CHECK(run(42) == first);
  CHECK(run(43) != first);
}
