// SPDX-License-Identifier: BSL-1.0
#include <quoin/recovery/sent_packets.hpp>

#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

namespace {

void add(sent_packets& packets, packet_number number, std::size_t frames = 1) {
  sent_frames some;
  for (std::size_t i = 0; i < frames; ++i) some.push_back(stream_frame(number * 100 + i));
  packets.add({number, 1200, true, true, ecn::not_ect}, {some.data(), some.size()}, at(0ms));
}

}  // namespace

TEST_CASE("a record is found by number with gaps and without", "[recovery]") {
  sent_packets packets;
  CHECK(packets.lower_bound(5) == 0);
  for (packet_number const number : {5U, 6U, 7U, 10U, 11U, 20U}) add(packets, number);
  for (std::size_t i = 0; i < packets.size(); ++i) CHECK(packets.lower_bound(packets[i].number) == i);
  CHECK(packets.lower_bound(0) == 0);
  CHECK(packets.lower_bound(8) == 3);
  CHECK(packets.lower_bound(12) == 5);
  CHECK(packets.lower_bound(21) == 6);
  CHECK(packets.lower_bound(no_packet) == 6);
}

TEST_CASE("every packet finds its own frames", "[recovery]") {
  sent_packets packets;
  for (packet_number number = 0; number < 300; ++number) {
    add(packets, number, number % 5);
    if (number % 3 == 0) packets.settle(packets.lower_bound(number / 2), packet_fate::acknowledged);
    packets.trim();
  }
  REQUIRE(packets.size() > 0);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    auto const record = packets[i];
    std::size_t count = 0;
    packets.for_each_frame(record,
                           [&](sent_frame const& frame) { CHECK(frame.offset == record.number * 100 + count++); });
    CHECK(count == record.number % 5);
  }
}

TEST_CASE("settled records leave from the front", "[recovery]") {
  sent_packets packets;
  for (packet_number number = 0; number < 4; ++number) add(packets, number);
  packets.settle(1, packet_fate::acknowledged);
  packets.trim();
  CHECK(packets.size() == 4);
  CHECK(packets.ack_eliciting_outstanding() == 3);
  packets.settle(0, packet_fate::acknowledged);
  packets.trim();
  CHECK(packets.size() == 2);
  CHECK(packets[0].number == 2);
}

TEST_CASE("lost packets are remembered for a while and no longer", "[recovery]") {
  sent_packets packets;
  add(packets, 0);
  packets.settle(0, packet_fate::lost);
  packets.trim();
  CHECK(packets.size() == 1);
  CHECK(packets.first_outstanding() == 1);
  CHECK(packets.first_unacknowledged() == 0);
  for (packet_number number = 1; number < 10'000; ++number) {
    add(packets, number);
    packets.settle(packets.size() - 1, packet_fate::acknowledged);
    packets.trim();
    REQUIRE(packets.size() <= sent_packets::lost_memory + 1);
  }
  CHECK(packets.empty());
  CHECK(packets.first_unacknowledged() == packets.first_outstanding());
}
