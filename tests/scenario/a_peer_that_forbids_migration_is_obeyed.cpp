// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a peer that forbids migration is obeyed", "[scenario][rfc9000]") {
  transport_settings strict;
  strict.disable_active_migration = true;
  world w{{.server = strict}};
  REQUIRE(w.establish());
  auto const other = w.open_local(role::client, socket_address::v4(10, 0, 0, 77, 7000));
  auto const refused = w.client().migrate(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == path_errc::forbidden);
  CHECK(w.server().migrate(other).error() == path_errc::server);

  // A NAT knows of no prohibition: another port is followed.
  auto const moved = w.rebind_port();
  CHECK(w.transfer(role::client, 50'000));
  CHECK(w.server().path().remote == moved);
  // Another address is not, and nothing is said about it.
  wire_tap tap{w};
  auto const far = w.rebind_address();
  w.client().ping();
  w.advance(100ms);
  CHECK(tap.bytes_from(far) > 0);
  CHECK(tap.bytes_to(far) == 0);
  CHECK_FALSE(w.server().closing());
}
