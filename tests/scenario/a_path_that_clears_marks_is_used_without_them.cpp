// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a path that clears marks is used without them", "[scenario][rfc9000]") {
  world w{{.link = {.bleaching = true}}};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 200'000));
  CHECK(w.sent(role::client).front().mark == ecn::ect0);
  CHECK(w.sent_with(role::client, frame_type::stream).back().mark == ecn::not_ect);
}
