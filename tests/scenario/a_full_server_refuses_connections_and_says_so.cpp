// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a full server refuses connections and says so", "[scenario][rfc9000]") {
  world w{{.max_connections = 1}};
  REQUIRE(w.establish());
  auto& second = w.connect();
  w.settle();
  REQUIRE(second.ended);
  CHECK(second.ended->origin == event::close_origin::peer);
  CHECK(second.ended->code == static_cast<std::uint64_t>(error_code::connection_refused));
  CHECK_FALSE(second.ended->application);
  // The one that was there goes on.
  CHECK(w.transfer(role::client, 10'000));
}
