// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("every cipher suite carries a transfer", "[scenario][botan][rfc9001]") {
  for (auto const suite :
       {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384, cipher_suite::chacha20_poly1305_sha256}) {
    CAPTURE(static_cast<int>(suite));
    world w{{.stack = flavour::botan, .suite = suite}};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::server, 50'000));
    REQUIRE(w.client().update_keys());
    CHECK(w.transfer(role::client, 50'000));
    CHECK(w.server().statistics().key_phase == 1);
  }
}
