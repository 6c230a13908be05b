// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("marks that arrive are reported and trusted", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  w.settle();
  auto const acks = w.sent_with(role::server, frame_type::ack);
  CHECK(acks.back().find(frame_type::ack)->marks.ect0 > 50);
  // RFC 9000 13.4.2: validated, so marking goes on.
  CHECK(w.sent_with(role::client, frame_type::stream).back().mark == ecn::ect0);
}
