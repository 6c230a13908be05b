// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a retry is followed", "[scenario][rfc9000]") {
  world w{{.require_retry = true}};
  auto& client = w.connect();
  w.advance(10ms);
  // RFC 9000 8.1.2: no state before the address is proven.
  CHECK(w.alive(role::server) == 0);
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(client.retried());
  CHECK(w.now() == 40ms);
  CHECK(w.run_until([&] { return client.confirmed(); }));
  CHECK(w.transfer(role::client, 10'000));
}
