// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a gap is acknowledged at once", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.client().ping();
  w.serve();
  w.uplink().drop_next(0);
  w.settle();
  auto const before = w.sent_with(role::server, frame_type::ack).size();
  w.uplink().drop_next(1);
  w.client().ping();
  w.serve();
  w.advance(1ms);
  w.client().ping();
  w.serve();
  auto const at = w.now();
  w.advance(11ms);
  auto const acks = w.sent_with(role::server, frame_type::ack);
  REQUIRE(acks.size() == before + 1);
  // RFC 9000 13.2.1: so that the sender learns of the loss early.
  CHECK(acks.back().at == at + 10ms);
  CHECK(acks.back().find(frame_type::ack)->ranges.size() == 2);
}
