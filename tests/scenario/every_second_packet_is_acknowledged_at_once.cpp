// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("every second packet is acknowledged at once", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const before = w.sent_with(role::server, frame_type::ack).size();
  w.client().ping();
  w.serve();
  w.advance(1ms);
  w.client().ping();
  w.serve();
  auto const at = w.now();
  w.settle();
  auto const acks = w.sent_with(role::server, frame_type::ack);
  REQUIRE(acks.size() == before + 1);
  // RFC 9000 13.2.2
  CHECK(acks.back().at == at + 10ms);
}
