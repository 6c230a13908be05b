// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client whose new address does not work stays where it is", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const other = w.open_local(role::client, socket_address::v4(10, 0, 0, 77, 7000));
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict { return {.drop = d.path.local == other}; });
  REQUIRE(w.client().migrate(other));
  CHECK(w.transfer(role::client, 100'000));
  REQUIRE(w.run_until([&] { return w.client().count(connection_event::kind::path_failed) == 1; }));
  CHECK(w.client().path().local == world::client_address());
  CHECK(w.client().statistics().migrations == 0);
  CHECK(w.transfer(role::server, 100'000));
}
