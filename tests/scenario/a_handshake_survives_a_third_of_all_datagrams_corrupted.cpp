// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a handshake survives a third of all datagrams corrupted", "[scenario][rfc9000]") {
  transport_settings patient;
  patient.handshake_timeout = 60s;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed, .link = {.corruption = 0.3, .corrupted_bits = 3}, .client = patient, .server = patient}};
    CHECK(w.establish());
    CHECK_FALSE(w.client().ended);
  }
}
