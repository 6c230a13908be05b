// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a real tls handshake survives loss", "[scenario][botan][rfc9002]") {
  transport_settings patient;
  patient.handshake_timeout = 60s;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed,
             .stack = flavour::botan,
             .link = {.loss = {.probability = 0.2}},
             .client = patient,
             .server = patient}};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::server, 30'000));
  }
}
