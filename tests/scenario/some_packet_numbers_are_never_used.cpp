// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("some packet numbers are never used", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 4'000'000));
  std::size_t gaps = 0;
  auto const sent = w.sent(role::client, of_kind(packet_kind::one_rtt));
  for (std::size_t i = 1; i < sent.size(); ++i) gaps += sent[i].number != sent[i - 1].number + 1 ? 1 : 0;
  // RFC 9000 21.4: an ACK for one of them would be a lie.
  CHECK(gaps >= 2);
  CHECK(gaps <= 20);
  CHECK(w.client().statistics().packets_lost == 0);
}
