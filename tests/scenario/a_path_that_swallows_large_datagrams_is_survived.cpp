// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a path that swallows large datagrams is survived", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 200'000));
  REQUIRE(w.client().statistics().datagram_size == 1452);
  w.uplink().settings.mtu = 1250;
  auto const begun = w.now();
  CHECK(w.transfer(role::client, 200'000));
  CHECK(w.now() - begun < 5s);
  w.advance(10s);
  CHECK(w.transfer(role::client, 50'000));
  auto const found = w.client().statistics().datagram_size;
  CHECK(found <= 1250);
  CHECK(found > 1234);
  // After ten minutes it is tried again.
  w.uplink().settings.mtu = 65527;
  w.client().ping();
  REQUIRE_FALSE(w.client().closing());
}

TEST_CASE("a path that carries more after ten minutes is used in full", "[scenario][rfc8899]") {
  transport_settings lasting;
  lasting.keep_alive = 10s;
  world w{{.link = {.mtu = 1300}, .client = lasting}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  w.advance(60s);
  REQUIRE(w.client().statistics().datagram_size <= 1300);
  w.uplink().settings.mtu = 65527;
  w.advance(700s);
  CHECK(w.client().statistics().datagram_size == 1452);
}
