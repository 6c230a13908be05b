// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a certificate for another name is refused", "[scenario][botan][rfc9001][cve_class_verification_skipped]") {
  world w{{.stack = flavour::botan}};
  auto& client = w.connect("other.test");
  w.settle();
  REQUIRE(client.ended);
  CHECK(client.ended->origin == event::close_origin::local);
  // RFC 9001 4.8: some certificate alert of TLS (RFC 8446 6.2: 42 to 46, 48).
  CHECK(client.ended->code >= 0x0100 + 42);
  CHECK(client.ended->code <= 0x0100 + 48);
  REQUIRE(w.server().ended);
  CHECK(w.server().ended->code == client.ended->code);
  CHECK_FALSE(client.connected());
}
