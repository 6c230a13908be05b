// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("initial and handshake keys are discarded when they are not needed", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  auto const first_handshake = w.sent(role::client, of_kind(packet_kind::handshake)).front().at;
  for (auto const& p : w.sent(role::client, of_kind(packet_kind::initial))) CHECK(p.at <= first_handshake);
  auto const confirmed = w.now();
  CHECK(w.transfer(role::client, 10'000));
  CHECK(w.transfer(role::server, 10'000));
  for (auto const side : {role::client, role::server})
    for (auto const& p : w.sent(side))
      if (p.at > confirmed) CHECK(p.kind == packet_kind::one_rtt);
}
