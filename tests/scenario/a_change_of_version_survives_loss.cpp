// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a change of version survives loss", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  for (std::uint64_t lost = 1; lost <= 4; ++lost)
    for (auto const direction : {role::client, role::server}) {
      CAPTURE(lost, direction);
      world w{{.client = likes_v2, .server_flight_padding = 2000}};
      (direction == role::client ? w.uplink() : w.downlink()).drop(lost);
      REQUIRE(w.establish());
      CHECK(w.client().spoken() == version::v2);
      // What the client repeats before it has heard of the change is still read (RFC 9369 4.1).
      CHECK(w.dropped(role::server, event::drop_reason::unsupported_version) == 0);
      CHECK(w.transfer(role::client, 5'000));
    }
}
