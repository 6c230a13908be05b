// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a session is resumed", "[scenario][rfc9001]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .server_flight_padding = 2000, .tickets = 2}};
    REQUIRE(w.get_session());
    CHECK_FALSE(w.client().statistics().resumed);
    REQUIRE(w.establish());
    CHECK(w.client(1).statistics().resumed);
    CHECK(w.server(1).statistics().resumed);
    // Early data goes out only where it is asked for (RFC 9001 5.6).
    CHECK(w.client(1).statistics().early_data == early_data_status::none);
    CHECK(w.sent(role::client, of_kind(packet_kind::zero_rtt)).empty());
  }
}
