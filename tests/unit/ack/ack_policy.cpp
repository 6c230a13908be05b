// SPDX-License-Identifier: BSL-1.0
#include <quoin/ack/received_packets.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

instant at(duration since_start) {
  return instant{} + 10s + since_start;
}

/// An application space that has received and acknowledged packet 0.
received_packets started() {
  received_packets packets{true};
  packets.on_received(0, at(0ms), true, ecn::not_ect);
  packets.on_ack_sent();
  return packets;
}

}  // namespace

TEST_CASE("handshake packets are acknowledged at once", "[ack][rfc9000]") {
  received_packets packets{false};
  packets.on_received(0, at(1ms), true, ecn::not_ect);
  CHECK(packets.deadline() == at(1ms));
  CHECK(packets.ack_due(at(1ms)));
}

TEST_CASE("a lone application packet waits for max_ack_delay", "[ack][rfc9000]") {
  received_packets packets{true};
  packets.set_max_ack_delay(10ms);
  packets.on_received(0, at(1ms), true, ecn::not_ect);
  CHECK(packets.deadline() == at(11ms));
  CHECK_FALSE(packets.ack_due(at(10ms)));
  CHECK(packets.ack_due(at(11ms)));
  CHECK(packets.has_something_to_ack());
  packets.on_ack_sent();
  CHECK(packets.deadline() == never);
  CHECK_FALSE(packets.has_something_to_ack());
}

TEST_CASE("the second ack-eliciting packet makes an ACK due", "[ack][rfc9000]") {
  auto packets = started();
  packets.on_received(1, at(1ms), true, ecn::not_ect);
  CHECK_FALSE(packets.ack_due(at(1ms)));
  packets.on_received(2, at(2ms), true, ecn::not_ect);
  CHECK(packets.ack_due(at(2ms)));
}

TEST_CASE("a later packet does not postpone the ACK of an earlier one", "[ack][rfc9000]") {
  auto packets = started();
  packets.set_ack_threshold(10);
  packets.on_received(1, at(0ms), true, ecn::not_ect);
  packets.on_received(2, at(20ms), true, ecn::not_ect);
  CHECK(packets.deadline() == at(25ms));
}

TEST_CASE("the threshold can be set and is at least one", "[ack][rfc9000]") {
  auto packets = started();
  packets.set_ack_threshold(4);
  for (packet_number number = 1; number <= 3; ++number) packets.on_received(number, at(1ms), true, ecn::not_ect);
  CHECK_FALSE(packets.ack_due(at(1ms)));
  packets.on_received(4, at(1ms), true, ecn::not_ect);
  CHECK(packets.ack_due(at(1ms)));
  packets.on_ack_sent();
  packets.set_ack_threshold(0);
  packets.on_received(5, at(2ms), true, ecn::not_ect);
  CHECK(packets.ack_due(at(2ms)));
}

TEST_CASE("packets that elicit nothing never make an ACK due, gaps or not", "[ack][rfc9000]") {
  auto packets = started();
  for (packet_number number = 3; number < 1000; number += 3) {
    packets.on_received(number, at(1ms), false, ecn::ce);
    REQUIRE(packets.deadline() == never);
  }
}

TEST_CASE("packets that elicit nothing are mentioned once there are many", "[ack][rfc9000]") {
  auto packets = started();
  for (packet_number number = 1; number <= 15; ++number) packets.on_received(number, at(1ms), false, ecn::not_ect);
  CHECK_FALSE(packets.has_something_to_ack());
  packets.on_received(16, at(1ms), false, ecn::not_ect);
  CHECK(packets.has_something_to_ack());
  CHECK(packets.deadline() == never);
}

TEST_CASE("a gap is reported at once, and only once", "[ack][rfc9000]") {
  auto packets = started();
  packets.on_received(2, at(1ms), true, ecn::not_ect);
  CHECK(packets.ack_due(at(1ms)));
  packets.on_ack_sent();
  packets.on_received(3, at(2ms), true, ecn::not_ect);
  CHECK_FALSE(packets.ack_due(at(2ms)));
}

TEST_CASE("numbers used by packets that elicit nothing are no gap", "[ack][rfc9000]") {
  auto packets = started();
  packets.on_received(1, at(1ms), false, ecn::not_ect);
  packets.on_received(2, at(1ms), true, ecn::not_ect);
  CHECK_FALSE(packets.ack_due(at(1ms)));
}

TEST_CASE("a packet that arrives behind another is reported at once", "[ack][rfc9000]") {
  auto packets = started();
  packets.on_received(2, at(1ms), true, ecn::not_ect);
  packets.on_ack_sent();
  packets.on_received(1, at(2ms), true, ecn::not_ect);
  CHECK(packets.ack_due(at(2ms)));
}

TEST_CASE("a packet marked CE is reported at once", "[ack][rfc9000]") {
  auto packets = started();
  packets.on_received(1, at(1ms), true, ecn::ce);
  CHECK(packets.ack_due(at(1ms)));
}
