// SPDX-License-Identifier: BSL-1.0
#include <quoin/ack/received_packets.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <set>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

instant at(duration since_start) {
  return instant{} + 10s + since_start;
}

void receive(received_packets& packets, packet_number number, ecn mark = ecn::not_ect) {
  packets.on_received(number, at(0ms), true, mark);
}

}  // namespace

TEST_CASE("a number is new exactly once", "[ack][rfc9000]") {
  received_packets packets{true};
  CHECK(packets.is_new(0));
  CHECK(packets.expected() == 0);
  CHECK(packets.largest() == no_packet);
  receive(packets, 0);
  receive(packets, 2);
  CHECK_FALSE(packets.is_new(0));
  CHECK_FALSE(packets.is_new(2));
  CHECK(packets.is_new(1));
  CHECK(packets.is_new(packet_number_max));
  CHECK(packets.largest() == 2);
  CHECK(packets.expected() == 3);
}

TEST_CASE("duplicates are recognised whatever the order of arrival", "[ack][rfc9000]") {
  std::mt19937 random{11};
  received_packets packets{true};
  std::set<packet_number> model;
  for (int step = 0; step < 4000; ++step) {
    auto const number = packet_number(step / 4) + random() % 20;
    REQUIRE(packets.is_new(number) == !model.contains(number));
    if (model.insert(number).second) receive(packets, number);
  }
}

TEST_CASE("ranges are capped and what was forgotten is too old to tell", "[ack][rfc9000]") {
  received_packets packets{true};
  // Every second packet is lost, so every packet is a range of its own.
  for (packet_number number = 1; number < 2 * limits::ack_ranges; number += 2) receive(packets, number);
  CHECK(packets.ranges().size() == limits::ack_ranges);
  CHECK(packets.is_new(0));
  receive(packets, 2 * limits::ack_ranges + 1);
  CHECK(packets.ranges().size() == limits::ack_ranges);
  CHECK(packets.ranges().front() == interval{3, 4});
  CHECK_FALSE(packets.is_new(0));
  CHECK_FALSE(packets.is_new(1));
  CHECK(packets.is_new(2));
}

TEST_CASE("a million gaps cost no more than the cap", "[ack][rfc9000][cve_class_number_gap]") {
  received_packets packets{true};
  for (packet_number number = 0; number < 2'000'000; number += 2) receive(packets, number);
  CHECK(packets.ranges().size() == limits::ack_ranges);
  CHECK(packets.ranges().back() == interval{1'999'998, 1'999'999});
}

TEST_CASE("what the peer knows to have arrived is not said again, but stays a duplicate", "[ack][rfc9000]") {
  received_packets packets{true};
  for (packet_number const number : {0U, 1U, 2U, 4U, 5U, 7U}) receive(packets, number);
  packets.on_ack_acknowledged(4);
  REQUIRE(packets.ranges().size() == 2);
  CHECK(packets.ranges()[0] == interval{5, 6});
  CHECK(packets.ranges()[1] == interval{7, 8});
  CHECK_FALSE(packets.is_new(1));
  CHECK(packets.is_new(3));
  receive(packets, 3);
  CHECK(packets.ranges().front() == interval{3, 4});
}

TEST_CASE("every ACK names the largest packet received", "[ack][rfc9000]") {
  received_packets packets{true};
  packets.on_ack_acknowledged(3);
  CHECK(packets.ranges().empty());
  receive(packets, 0);
  receive(packets, 1);
  packets.on_ack_acknowledged(1);
  REQUIRE(packets.ranges().size() == 1);
  CHECK(packets.ranges().back() == interval{1, 2});
  packets.on_ack_acknowledged(no_packet - 1);
  CHECK(packets.ranges().back() == interval{1, 2});
}

TEST_CASE("marks are counted per kind", "[ack][rfc9000]") {
  received_packets packets{true};
  CHECK_FALSE(packets.counts().any());
  std::vector const marks{ecn::ect0, ecn::ect0, ecn::ect1, ecn::ce, ecn::not_ect};
  for (std::size_t i = 0; i < marks.size(); ++i) receive(packets, i, marks[i]);
  CHECK(packets.counts() == ecn_counts{2, 1, 1});
}

TEST_CASE("the delay reported is that of the largest packet", "[ack][rfc9000]") {
  received_packets packets{true};
  CHECK(packets.delay_of_largest(at(5ms)) == 0ms);
  packets.on_received(5, at(1ms), true, ecn::not_ect);
  packets.on_received(3, at(4ms), true, ecn::not_ect);
  CHECK(packets.delay_of_largest(at(6ms)) == 5ms);
  CHECK(packets.delay_of_largest(at(0ms)) == 0ms);
}
