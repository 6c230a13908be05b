// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("ever new ports cost little", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  wire_tap tap{w};
  // Whoever answers no challenge, as its next packet comes from elsewhere again.
  for (int i = 0; i < 200; ++i) {
    w.rebind_port();
    w.client().ping();
    w.advance(1ms);
  }
  // Only so many were looked at before the server stopped to listen.
  CHECK(w.count_steps(role::server, event::path_step::validating) <= 20);
  CHECK(w.count_steps(role::server, event::path_step::used) <= 20);
  std::size_t down = 0;
  std::size_t up = 0;
  for (auto const& d : tap.all) (d.up ? up : down) += d.size;
  CHECK(down <= 3 * up + 20 * 1200);
  // Where it comes to rest it is found again.
  w.advance(6s);
  CHECK(w.transfer(role::client, 50'000));
  CHECK_FALSE(w.server().closing());
}
