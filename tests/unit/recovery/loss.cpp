// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

using event::loss_trigger;
using numbers = std::vector<packet_number>;

TEST_CASE("a packet is lost when one sent three later was acknowledged", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 4; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{2, 2}}));
  CHECK(r.sink.lost_packets.empty());
  REQUIRE(r.receive(51ms, {{2, 3}}));
  CHECK(r.sink.lost_numbers() == numbers{0});
  CHECK(r.sink.lost_packets[0].second == loss_trigger::packet_threshold);
  CHECK(r.sink.lost_frames == std::vector{stream_frame(0)});
}

TEST_CASE("nothing newer than the largest acknowledged is lost", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 10; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  r.expire(10s);
  CHECK(r.sink.lost_packets.empty());
}

TEST_CASE("a packet is lost by time after nine eighths of a round trip", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms);
  r.send(8ms);
  REQUIRE(r.receive(88ms, {{1, 1}}));  // 80 ms
  CHECK(r.sink.lost_packets.empty());
  CHECK(r.deadline() == 90ms);
  r.expire(90ms - 1ns);
  CHECK(r.sink.lost_packets.empty());
  r.expire(90ms);
  REQUIRE(r.sink.lost_packets.size() == 1);
  CHECK(r.sink.lost_packets[0].second == loss_trigger::time_threshold);
  CHECK(r.machine.pto_count() == 0);
  CHECK(r.machine.bytes_in_flight() == 0);
  CHECK(r.deadline() == no_deadline);
}

TEST_CASE("the time threshold is never below the granularity", "[recovery][rfc9002]") {
  rig r;
  r.send(0us);
  r.send(0us);
  REQUIRE(r.receive(100us, {{1, 1}}));
  CHECK(r.deadline() == 1ms);
}

TEST_CASE("the larger of latest and smoothed round trip decides", "[recovery][rfc9002]") {
  CHECK(time_reordering_threshold({.latest = 80ms, .min = 1ms, .smoothed = 40ms, .variation = 1ms}) == 90ms);
  CHECK(time_reordering_threshold({.latest = 40ms, .min = 1ms, .smoothed = 80ms, .variation = 1ms}) == 90ms);
}

TEST_CASE("a gap that the sender made is no reordering", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms);
  r.machine.skip_number(application);
  r.send(0ms);
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{2, 3}}));  // two packets later, though three numbers
  CHECK(r.sink.lost_packets.empty());
  r.send(51ms);
  REQUIRE(r.receive(52ms, {{2, 4}}));
  CHECK(r.sink.lost_numbers() == numbers{0});
}

TEST_CASE("the controller learns of one loss event with its newest packet", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 6; ++i) r.send(duration{1ms} * i);
  REQUIRE(r.receive(50ms, {{5, 5}}));
  CHECK(r.sink.lost_numbers() == numbers{0, 1, 2});
  auto const& lost = r.machine.controller().lost;
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].bytes == 3600);
  CHECK(lost[0].largest_sent_at == at(2ms));
  CHECK(lost[0].bytes_in_flight == 2400);
  CHECK_FALSE(lost[0].persistent_congestion);
  CHECK(r.machine.statistics().packets_lost == 3);
  CHECK(r.machine.statistics().bytes_lost == 3600);
}

TEST_CASE("losses of the handshake after its first acknowledged packet are no secret to the controller",
          "[recovery][rfc9002]") {
  for (auto const space : {initial, handshake}) {
    rig r;
    for (int i = 0; i < 6; ++i) r.send(0ms, space);
    REQUIRE(r.receive(50ms, {{0, 0}}, space));
    REQUIRE(r.receive(51ms, {{5, 5}}, space));
    CHECK(r.sink.lost_numbers() == numbers{1, 2});
    auto const& lost = r.machine.controller().lost;
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].bytes == 2400);
  }
}

TEST_CASE("losses of one space say nothing about another", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms, initial);
  for (int i = 0; i < 5; ++i) r.send(0ms, handshake);
  REQUIRE(r.receive(50ms, {{4, 4}}, handshake));
  CHECK(r.sink.lost_numbers() == numbers{0, 1});
  CHECK(r.machine.ack_eliciting_in_flight(initial));
}

TEST_CASE("an ACK that comes late does not lower the largest acknowledged", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 8; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{2, 2}, {0, 0}}));
  REQUIRE(r.receive(50ms, {{6, 6}}));
  CHECK(r.machine.largest_acked(application) == 6);
  REQUIRE(r.receive(51ms, {{5, 5}}));
  CHECK(r.machine.largest_acked(application) == 6);
  CHECK(r.sink.lost_numbers() == numbers{1, 3});
}

TEST_CASE("application limits are told to the controller unless the window was all but full", "[recovery][rfc9002]") {
  basic_rig<witness> r;
  r.machine.set_application_limited(true);
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  CHECK(r.machine.controller().acked.back().application_limited);
  r.machine.set_application_limited(false);
  r.send(60ms);
  REQUIRE(r.receive(110ms, {{1, 1}}));
  CHECK_FALSE(r.machine.controller().acked.back().application_limited);
  r.machine.set_application_limited(true);
  while (r.machine.has_window(1200)) r.send(120ms);
  REQUIRE(r.receive(170ms, {{2, 2}}));
  CHECK_FALSE(r.machine.controller().acked.back().application_limited);
}

TEST_CASE("the window bounds what may be sent", "[recovery][rfc9002]") {
  basic_rig<fixed_window<6000>> r;
  CHECK(r.machine.send_allowance() == 6000);
  for (int i = 0; i < 4; ++i) r.send(0ms);
  CHECK(r.machine.has_window(1200));
  CHECK_FALSE(r.machine.has_window(1201));
  r.send(0ms);
  r.send(0ms);  // a probe may exceed it
  CHECK(r.machine.send_allowance() == 0);
  CHECK_FALSE(r.machine.has_window(1));
}
