// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/prague.hpp>

#include "events.hpp"
#include "flow.hpp"

#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/new_reno.hpp>

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

TEST_CASE("prague shrinks once in the round trip in which it finds that a queue is a classic one",
          "[congestion][rfc9331]") {
  prague controller{path(1000)};
  auto const deep_round = [&](int round) {
    auto const now = 100ms * round;
    controller.on_marked({test::at(now - 50ms), test::at(now - 149ms), 1});
    auto event = acked(now, 1000);
    event.packets = 10;
    event.largest = static_cast<packet_number>(round) * 100;
    event.next_to_send = event.largest + 100;
    event.rtt.min = 50ms;
    controller.on_acked(event);
  };
  // A long way up first, so that the minimum hides no reduction.
  for (int round = 1; round < 12; ++round) round_trip(controller, round, 100, 0);
  int round = 12;
  while (!controller.ecn_part().suspects_classic_queue()) {
    REQUIRE(round < 40);
    deep_round(round++);
  }
  // The last reaction was half a round trip ago: what was sent before it is of the flight that it answered.
  auto const before = controller.window();
  auto const now = 100ms * (round - 1);
  controller.on_marked({test::at(now + 10ms), test::at(now - 60ms), 1});
  CHECK(controller.window() == before);
  controller.on_marked({test::at(now + 60ms), test::at(now - 40ms), 1});
  CHECK(controller.window() == before / 2);
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

namespace {

/// Two flows over one bottleneck, whose acknowledgements take so long to return; what each has got of it in the end.
template <class First, class Second>
std::pair<double, double> shares(sim::link_settings const& path, duration first_return, duration second_return) {
  world network{path};
  flow<First> first{network, first_return};
  flow<Second> second{network, second_return};
  first.send();
  second.send();
  network.run(20s);
  auto const before = std::pair{first.received, second.received};
  network.run(40s);
  return {first.megabits_since(before.first, 40s), second.megabits_since(before.second, 40s)};
}

}  // namespace

TEST_CASE("prague flows that begin together do not take each other's queue for a broken path",
          "[congestion][rfc9331]") {
  auto path = path_of(40, 20ms, 400'000);
  path.l4s_threshold = 1ms;
  world network{path};
  flow<prague> one{network, 10ms};
  flow<prague> other{network, 10ms};
  one.send();
  other.send();  // all of its first flight finds the first one's before it
  network.run(10s);
  CHECK(one.machine.ecn_validation_state() == ecn_state::capable);
  CHECK(other.machine.ecn_validation_state() == ecn_state::capable);
  one.longest_round_trip = other.longest_round_trip = 0ms;
  auto const before = std::pair{one.received, other.received};
  network.run(20s);
  auto const of_one = one.megabits_since(before.first, 20s);
  auto const of_other = other.megabits_since(before.second, 20s);
  CAPTURE(of_one, of_other);
  CHECK(of_one + of_other > 34);
  CHECK(of_one < 2 * of_other);
  CHECK(of_other < 2 * of_one);
  CHECK(std::max(one.longest_round_trip, other.longest_round_trip) < 30ms);
}

TEST_CASE("prague flows share a queue whatever their round trips", "[congestion][rfc9331]") {
  // By the windows alone, the one with the shorter round trip would get from eight to thirty times as much.
  for (double const megabits : {20.0, 40.0, 100.0, 200.0}) {
    auto path = path_of(megabits, 4ms, 4'000'000);
    path.l4s_threshold = 1ms;
    auto const [near, far] = shares<prague, prague>(path, 2ms, 22ms);
    INFO("4 ms: " << near << " Mbit/s, 24 ms: " << far << " Mbit/s");
    CHECK(near + far > 0.8 * megabits);
    CHECK(near < 3 * far);
    CHECK(far < 3 * near);
  }
}

TEST_CASE("prague leaves reno its share of a queue that marks everybody late", "[congestion][rfc9331]") {
  auto path = path_of(20, 20ms, 200'000);
  path.classic_threshold = 10ms;
  auto const [scalable, classic] = shares<prague, new_reno>(path, 10ms, 10ms);
  INFO("prague: " << scalable << " Mbit/s, reno: " << classic << " Mbit/s");
  CHECK(scalable + classic > 16);
  CHECK(scalable < 2 * classic);
  CHECK(classic < 2 * scalable);
}

TEST_CASE("prague takes no queue for a classic one that marks early, however slow it is", "[congestion][rfc9331]") {
  for (double const megabits : {2.0, 20.0, 100.0}) {
    auto path = path_of(megabits, 20ms, 400'000);
    path.l4s_threshold =
        std::max<duration>(1ms, 2 * duration{static_cast<duration::rep>(packet_size * 8e3 / megabits)});
    world network{path};
    flow<prague> only{network, 10ms};
    only.send();
    INFO(megabits << " Mbit/s");
    for (int second = 0; second < 20; ++second) {
      network.run(1s);
      CHECK_FALSE(only.controller().ecn_part().suspects_classic_queue());
    }
    CHECK(only.marked > 10);
  }
}

TEST_CASE("prague is scalable again when the queue marks early", "[congestion][rfc9331]") {
  auto path = path_of(20, 20ms, 200'000);
  path.classic_threshold = 10ms;
  world network{path};
  flow<prague> only{network, 10ms};
  only.send();
  network.run(20s);
  CHECK(only.controller().ecn_part().suspects_classic_queue());
  network.link.settings.classic_threshold = 0ms;
  network.link.settings.l4s_threshold = 1ms;
  network.run(20s);
  CHECK_FALSE(only.controller().ecn_part().suspects_classic_queue());
}
