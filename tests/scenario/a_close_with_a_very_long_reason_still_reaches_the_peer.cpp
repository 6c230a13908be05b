// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a close with a very long reason still reaches the peer", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.client().close(7, std::string(5000, 'x'));
  w.settle();
  REQUIRE(w.server().ended);
  CHECK(w.server().ended->code == 7);
  // The cap of limits.hpp.
  CHECK(w.server().ended->reason == std::string(256, 'x'));
}
