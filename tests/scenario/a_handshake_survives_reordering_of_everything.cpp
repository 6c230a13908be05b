// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a handshake survives reordering of everything", "[scenario][rfc9000]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed,
             .link = {.reordering = 0.5, .reordering_delay = 15ms},
             .hello_padding = 3000,
             .server_flight_padding = 3000}};
    CHECK(w.establish(5s));
  }
}
