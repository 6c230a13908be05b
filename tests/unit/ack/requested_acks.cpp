// SPDX-License-Identifier: BSL-1.0
// ACKs by the rules that a peer asked for (draft-ietf-quic-ack-frequency 6).
#include <quoin/ack/received_packets.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

using adjustable = basic_received_packets<true>;
instant const start{1s};

/// Receives ack-eliciting packets and sends an ACK whenever one is due at once; says after which packets.
std::vector<packet_number> acked_after(adjustable& received, std::vector<packet_number> const& numbers,
                                       ecn mark = ecn::not_ect) {
  std::vector<packet_number> after;
  for (auto const number : numbers) {
    received.on_received(number, start, true, mark);
    if (!received.ack_due(start)) continue;
    after.push_back(number);
    received.on_ack_sent();
  }
  return after;
}

using numbers = std::vector<packet_number>;

}  // namespace

TEST_CASE("before anything is asked for, the rules of RFC 9000 hold", "[ack]") {
  adjustable received{true};
  CHECK(acked_after(received, {0, 1, 2, 4, 3}) == numbers{1, 4, 3});
  CHECK(acked_after(received, {5, 6}, ecn::ce) == numbers{5, 6});
}

TEST_CASE("an ACK waits for one packet more than the threshold", "[ack]") {
  adjustable received{true};
  received.adopt({9, 20ms, 1});
  CHECK(acked_after(received, {0, 1, 2, 3, 4, 5, 6, 7, 8}).empty());
  CHECK(received.deadline() == start + 20ms);
  CHECK(acked_after(received, {9}) == numbers{9});
  received.adopt({0, 20ms, 1});
  CHECK(acked_after(received, {10, 11}) == numbers{10, 11});
  received.adopt({~std::uint64_t{0} >> 2, 20ms, 1});
  CHECK(acked_after(received, {12, 13, 14}).empty());
}

TEST_CASE("a gap hurries an ACK once a packet can be declared lost", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 3});
  CHECK(acked_after(received, {0, 1, 3, 4, 5, 8, 9, 10}) == numbers{5, 9, 10});
}

TEST_CASE("a larger reordering threshold waits longer", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 5});
  CHECK(acked_after(received, {0, 1, 3, 5, 6, 7, 8, 9}) == numbers{7, 9});
}

TEST_CASE("a packet that was declared lost is reported at once", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 3});
  CHECK(acked_after(received, {0, 2, 3, 4}) == numbers{4});
  // 4 - 3: the sender took 1 for lost when it saw that ACK
  CHECK(acked_after(received, {1}) == numbers{1});
  CHECK(acked_after(received, {6, 5, 7}).empty());
}

TEST_CASE("without a reordering threshold the order does not matter", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 0});
  CHECK(acked_after(received, {0, 5, 3, 20, 1}).empty());
}

TEST_CASE("a threshold of one is the rule of RFC 9000", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 1});
  CHECK(acked_after(received, {0, 2, 1, 3}) == numbers{2, 1});
}

TEST_CASE("only the first of several marks hurries an ACK", "[ack][ecn]") {
  adjustable received{true};
  received.adopt({100, 20ms, 3});
  CHECK(acked_after(received, {0, 1}).empty());
  CHECK(acked_after(received, {2, 3, 4}, ecn::ce) == numbers{2});
  CHECK(acked_after(received, {5}).empty());
  CHECK(acked_after(received, {6}, ecn::ce) == numbers{6});
  // With the default threshold every mark does.
  received.adopt({1, 20ms, 3});
  CHECK(acked_after(received, {7, 8}, ecn::ce) == numbers{7, 8});
}

TEST_CASE("ranges are told before they are forgotten", "[ack]") {
  adjustable received{true};
  received.adopt({100'000, 20ms, 0});
  numbers every_second;
  for (packet_number n = 0; n < 400; n += 2) every_second.push_back(n);
  auto const after = acked_after(received, every_second);
  REQUIRE_FALSE(after.empty());
  CHECK(after.front() / 2 < limits::ack_ranges);
}

TEST_CASE("who asks for an ACK at once gets it", "[ack]") {
  adjustable received{true};
  received.adopt({100, 20ms, 3});
  received.hurry(start);
  received.on_received(0, start, true, ecn::not_ect);
  CHECK(received.ack_due(start));
  CHECK(received.has_something_to_ack());
}
