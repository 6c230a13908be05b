// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a handshake survives that every datagram comes twice", "[scenario][rfc9000]") {
  world w{{.link = {.duplication = 1}}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 50'000));
  CHECK(w.dropped(role::server, event::drop_reason::duplicate) > 0);
  CHECK(w.count(role::server) == 1);
  CHECK(w.client().in.empty());
}
