// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a real tls handshake connects two endpoints", "[scenario][botan]") {
  world w{{.stack = flavour::botan}};
  REQUIRE(w.establish());
  CHECK(w.client().alpn() == "lab");
  CHECK(w.transfer(role::client, 100'000));
  CHECK(w.transfer(role::server, 100'000));
}
