// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("an order between paths means nothing", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  r.machine.open_path(1, {});
  r.sent_on = 1;
  auto const probe = r.send(60ms);
  r.sent_on = 0;
  for (int i = 0; i < 6; ++i) r.send(61ms);
  REQUIRE(r.receive(111ms, {{2, 7}}));
  // Overtaken by six, but elsewhere.
  CHECK(r.sink.lost_packets.empty());
  CHECK(r.machine.bytes_in_flight() == 0);
  // By time, and by that of the path of which nothing is known: 9/8 of 333 ms.
  r.expire(300ms);
  CHECK(r.sink.lost_packets.empty());
  r.expire(60ms + 375ms);
  CHECK(r.sink.lost_numbers() == std::vector<packet_number>{probe});
  CHECK(r.machine.controller().lost.empty());
}

TEST_CASE("each path has a window and a round trip of its own", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  r.machine.open_path(1, {});
  r.sent_on = 1;
  r.send(60ms);
  CHECK(r.machine.bytes_in_flight() == 0);
  REQUIRE(r.receive(260ms, {{1, 1}}));
  CHECK(r.machine.rtt().latest == 50ms);
  r.machine.use_path(1);
  CHECK(r.machine.rtt().latest == 200ms);
  r.machine.use_path(0);
  CHECK(r.machine.rtt().latest == 50ms);
  CHECK(r.machine.has_window(1200, 1));
  r.machine.close_path(1);
  CHECK_FALSE(r.machine.has_window(1200, 1));
}

TEST_CASE("where only the port is new what is known goes along", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  r.send(60ms);
  r.machine.open_path(1, {});
  r.machine.carry_over(0, 1);
  r.machine.use_path(1);
  CHECK(r.machine.rtt().latest == 50ms);
  CHECK(r.machine.controller().acked.size() == 1);
  // But not what is in flight.
  CHECK(r.machine.bytes_in_flight() == 0);
  REQUIRE(r.receive(110ms, {{1, 1}}));
  CHECK(r.machine.controller().acked.size() == 1);
}

TEST_CASE("the loss of a probe of the MTU is no congestion", "[recovery][rfc9000]") {
  rig r;
  sent_frame frame;
  frame.what = sent_frame::kind::mtu_probe;
  frame.length = 1452;
  r.machine.on_sent(application, {0, 1452, true, true, ecn::not_ect, 0, true}, {&frame, 1}, at(0ms));
  for (int i = 0; i < 4; ++i) r.send(1ms);
  CHECK(r.machine.bytes_in_flight() == 1452 + 4 * 1200);
  REQUIRE(r.receive(50ms, {{1, 4}}));
  CHECK(r.sink.lost_numbers() == std::vector<packet_number>{0});
  CHECK(r.machine.bytes_in_flight() == 0);
  CHECK(r.machine.controller().lost.empty());
  CHECK(r.machine.controller().discarded == 1452);
  REQUIRE(r.sink.lost_frames.size() == 1);
  CHECK(r.sink.lost_frames[0] == frame);
}

TEST_CASE("a path on which marks have failed is not marked again", "[recovery][rfc9000]") {
  rig r;
  for (int i = 0; i < 10; ++i) r.send(0ms, application, ecn::ect0);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  REQUIRE(r.machine.ecn_validation_state() == ecn_state::failed);
  r.use_path(1);
  CHECK(r.machine.mark_for_next() == ecn::ect0);
  r.use_path(0);
  CHECK(r.machine.mark_for_next() == ecn::not_ect);
  r.use_path(1);
  CHECK(r.machine.mark_for_next() == ecn::ect0);
}
