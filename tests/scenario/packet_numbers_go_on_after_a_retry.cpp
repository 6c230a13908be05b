// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("packet numbers go on after a retry", "[scenario][rfc9000]") {
  world w{{.require_retry = true}};
  REQUIRE(w.establish());
  auto const initials = w.sent(role::client, of_kind(packet_kind::initial));
  REQUIRE(initials.size() >= 2);
  // RFC 9000 17.2.5.3
  for (std::size_t i = 1; i < initials.size(); ++i) CHECK(initials[i].number > initials[i - 1].number);
}
