// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the largest datagrams that a path carries are found", "[scenario][rfc9000]") {
  for (std::size_t const mtu : {1200U, 1203U, 1300U, 1399U, 1452U, 9000U}) {
    world w{{.link = {.mtu = mtu}}};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::client, 200'000));
    w.advance(10s);
    CHECK(w.transfer(role::client, 200'000));
    auto const found = w.client().statistics().datagram_size;
    CAPTURE(mtu, found);
    CHECK(found <= std::min<std::size_t>(mtu, 1452));
    CHECK(found + 16 > std::min<std::size_t>(mtu, 1452));
    // RFC 9000 14.4: what the probes cost is no congestion.
    for (auto const& m : w.metrics)
      if (m.side == role::client) CHECK(m.values.congestion_window >= 12'000);
  }
}

TEST_CASE("an interface that takes no larger datagrams is believed", "[scenario][rfc9000]") {
  world w;
  w.set_interface_mtu(role::client, 1280);
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  w.advance(5s);
  auto const found = w.client().statistics().datagram_size;
  CHECK(found <= 1280);
  CHECK(found > 1264);
}

TEST_CASE("where nothing is to be found out nothing is tried", "[scenario][rfc9000]") {
  transport_settings fixed;
  fixed.discover_mtu = false;
  world w{{.client = fixed, .server = fixed}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  CHECK(w.transfer(role::server, 100'000));
  for (auto const& p : w.packets) CHECK(p.size <= 1200);
}
