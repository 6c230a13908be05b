// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/prague.hpp>

#include "events.hpp"
#include "flow.hpp"

#include <quoin/congestion/cubic.hpp>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;
using Catch::Approx;

namespace {

/// One round trip: `packets` of 1000 bytes, of which the first `marks` come back marked in the first ACK.
void round_trip(prague& controller, int round, std::uint64_t packets, std::uint64_t marks) {
  auto const now = 100ms * round;
  if (marks > 0) controller.on_marked({test::at(now), test::at(now - 100ms), marks});
  auto event = acked(now, packets * 1000);
  event.packets = packets;
  event.largest = static_cast<packet_number>(round) * 100;
  event.next_to_send = event.largest + 100;
  controller.on_acked(event);
}

}  // namespace

TEST_CASE("prague sends with ECT(1) and halves its window at the first mark", "[congestion][rfc9331]") {
  static_assert(ecn_mark_of<prague> == ecn::ect1 && ecn_mark_of<cubic> == ecn::ect0);
  prague controller{path(1000)};
  auto const before = controller.window();
  controller.on_marked(marked(0ms, -100ms));
  CHECK(controller.window() == before / 2);
  CHECK_FALSE(controller.in_slow_start());
  controller.on_marked(marked(1ms, -100ms));
  CHECK(controller.window() == before / 2);  // once a round trip
}

TEST_CASE("prague shrinks once in a round trip, whenever the round of its share ends", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  round_trip(controller, 1, 10, 0);
  controller.on_marked({test::at(190ms), test::at(90ms), 1});
  auto const reduced = controller.window();
  // The round ends ten milliseconds later, and what was sent before the reaction comes back after that.
  round_trip(controller, 2, 10, 0);
  auto const grown = controller.window();
  CHECK(grown >= reduced);
  controller.on_marked({test::at(210ms), test::at(110ms), 1});
  controller.on_marked({test::at(290ms), test::at(190ms), 1});
  CHECK(controller.window() == grown);
  controller.on_marked({test::at(291ms), test::at(191ms), 1});
  CHECK(controller.window() < grown);
}

TEST_CASE("prague does not answer marks in a flight whose loss it answered", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  controller.on_lost(lost(100ms, 0ms));
  auto const reduced = controller.window();
  controller.on_marked({test::at(110ms), test::at(50ms), 1});
  CHECK(controller.window() == reduced);
  controller.on_marked({test::at(250ms), test::at(150ms), 1});
  CHECK(controller.window() < reduced);
}

TEST_CASE("the share of marks is smoothed over round trips", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  round_trip(controller, 0, 10, 0);
  CHECK(controller.ecn_part().marked_share() == 1);
  double expected = 1;
  for (int round = 1; round <= 50; ++round) {
    auto const marks = round % 5 == 1 ? 2U : 0U;
    round_trip(controller, round, 10, marks);
    expected += (marks / 10.0 - expected) / 16;
    CHECK(controller.ecn_part().marked_share() == Approx(expected));
  }
}

TEST_CASE("prague gives way in proportion to the marks", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  for (int round = 0; round < 8; ++round) round_trip(controller, round, 100, 0);
  for (int round = 8; round < 60; ++round) round_trip(controller, round, 100, 5);
  auto const before = controller.window();
  auto const share = controller.ecn_part().marked_share();
  CHECK(share < 0.15);
  controller.on_marked({test::at(10s), test::at(10s - 100ms), 5});
  CHECK(controller.window() == Approx(static_cast<double>(before) * (1 - share / 2)).margin(1));
}

TEST_CASE("marks do not stop growth, but what is marked does not count", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  controller.on_marked(marked(0ms, -100ms));
  auto const before = controller.window();
  // Sent before the reaction: after a loss nothing would grow (RFC 9002 7.3.2).
  auto event = acked(0ms, before);
  event.packets = before / 1000;
  event.largest = 10;
  event.next_to_send = 20;
  controller.on_acked(event);
  CHECK(controller.window() == before);  // one of them was marked, so a datagram is missing
  event.bytes = 1000;
  event.packets = 1;
  controller.on_acked(event);
  CHECK(controller.window() == before + 1000);
}

TEST_CASE("prague answers loss as reno does", "[congestion][rfc9331]") {
  prague controller{path(1000)};
  for (int round = 0; round < 4; ++round) round_trip(controller, round, 20, 0);
  auto const before = controller.window();
  controller.on_lost(lost(1s, 900ms));
  CHECK(controller.window() == before / 2);
  controller.on_lost(lost(1010ms, 950ms));
  CHECK(controller.window() == before / 2);
}

TEST_CASE("prague keeps the queue short where cubic fills it", "[congestion][rfc9331]") {
  auto path = path_of(20, 20ms, 200'000);
  path.l4s_threshold = 1ms;
  world first{path};
  world second{path};
  flow<prague> scalable{first, 10ms};
  flow<cubic> classic{second, 10ms};
  scalable.send();
  classic.send();
  first.run(3s);
  second.run(3s);
  scalable.longest_round_trip = classic.longest_round_trip = 0ms;
  auto const before = scalable.received;
  first.run(10s);
  second.run(10s);
  CHECK(scalable.megabits_since(before, 10s) > 16);
  CHECK(scalable.marked > 100);
  CHECK(scalable.machine.ecn_validation_state() == ecn_state::capable);
  CHECK(scalable.machine.statistics().packets_lost == 0);
  CHECK(scalable.longest_round_trip < 30ms);  // 20 ms are the path's
  CHECK(classic.longest_round_trip > 60ms);
}
