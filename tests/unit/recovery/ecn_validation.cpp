// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

namespace {

/// A rig that has sent `packets` as marked as it wants them.
rig marking(unsigned packets) {
  rig r;
  for (unsigned i = 0; i < packets; ++i) r.send(0ms, application, r.machine.mark_for_next());
  return r;
}

ecn_state state(rig const& r) {
  return r.machine.ecn_validation_state();
}

}  // namespace

TEST_CASE("ten packets are marked, then the path must prove itself", "[recovery][rfc9000]") {
  auto r = marking(9);
  CHECK(r.machine.mark_for_next() == ecn::ect0);
  r.send(0ms, application, ecn::ect0);
  CHECK(state(r) == ecn_state::unknown);
  CHECK(r.machine.mark_for_next() == ecn::not_ect);
  REQUIRE(r.receive(50ms, ack{{0, 9}}.with({10, 0, 0})));
  CHECK(r.machine.ecn_validation_state() == ecn_state::capable);
  CHECK(r.machine.mark_for_next() == ecn::ect0);
}

TEST_CASE("missing counts disable marking", "[recovery][rfc9000]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  CHECK(state(r) == ecn_state::failed);
  CHECK(r.machine.mark_for_next() == ecn::not_ect);
}

TEST_CASE("missing counts for packets without marks are no failure", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  CHECK(state(r) == ecn_state::testing);
}

TEST_CASE("counts that cannot be right disable marking", "[recovery][rfc9000]") {
  auto outcome = [](ecn_counts first, ecn_counts second) {
    auto r = marking(10);
    REQUIRE(r.receive(50ms, ack{{0, 4}}.with(first)));
    REQUIRE(state(r) == ecn_state::capable);
    REQUIRE(r.receive(51ms, ack{{0, 6}}.with(second)));
    return state(r);
  };
  CHECK(outcome({5, 0, 0}, {7, 0, 0}) == ecn_state::capable);
  CHECK(outcome({5, 0, 0}, {6, 0, 1}) == ecn_state::capable);
  CHECK(outcome({5, 0, 0}, {5, 0, 2}) == ecn_state::capable);
  CHECK(outcome({5, 0, 0}, {6, 0, 0}) == ecn_state::failed);  // one mark was erased
  CHECK(outcome({5, 0, 0}, {4, 0, 3}) == ecn_state::failed);  // a count fell
  CHECK(outcome({4, 0, 1}, {7, 0, 0}) == ecn_state::failed);
  CHECK(outcome({5, 0, 0}, {7, 1, 0}) == ecn_state::failed);   // ECT(1) was never applied
  CHECK(outcome({5, 0, 0}, {11, 0, 0}) == ecn_state::failed);  // more than was sent
  CHECK(outcome({5, 0, 0}, {7, 0, 4}) == ecn_state::failed);
  CHECK(outcome({5, 0, 0}, {5, 0, ~std::uint64_t{0}}) == ecn_state::failed);
}

TEST_CASE("an ACK out of order neither fails nor counts", "[recovery][rfc9000]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, ack{{5, 5}}.with({6, 0, 0})));
  REQUIRE(r.receive(51ms, ack{{4, 4}}.with({1, 0, 0})));
  REQUIRE(r.receive(52ms, {{3, 3}}));
  CHECK(r.machine.ecn_validation_state() == ecn_state::capable);
}

TEST_CASE("when every marked packet is lost the marks are to blame", "[recovery][rfc9000]") {
  auto r = marking(10);
  for (int i = 0; i < 4; ++i) r.send(1ms);
  REQUIRE(r.receive(50ms, {{13, 13}}));
  CHECK(r.sink.lost_packets.size() > 9);
  CHECK(state(r) == ecn_state::failed);
}

TEST_CASE("when every marked packet comes back as CE the marks mean nothing", "[recovery][rfc9000]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, ack{{0, 9}}.with({0, 0, 10})));
  CHECK(state(r) == ecn_state::failed);
}

TEST_CASE("ECT(1) is not given up for ten packets of which a full queue marked every one", "[recovery][rfc9331]") {
  ecn_validation marks{ecn::ect1};
  ecn_counts reported;
  auto const round_trip = [&](unsigned packets, ecn seen) {
    for (unsigned i = 0; i < packets; ++i) {
      marks.on_sent(packet_space::application, marks.mark_for_next());
      reported.count(seen);
    }
    static_cast<void>(marks.on_ack(packet_space::application, &reported, packets, 0, true));
  };
  for (int i = 0; i < 4; ++i) round_trip(10, ecn::ce);
  CHECK(marks.mark_for_next() == ecn::ect1);
  SECTION("one that arrives as it was sent is enough") {
    round_trip(1, ecn::ect1);
    CHECK(marks.state() == ecn_state::capable);
  }
  SECTION("fifty are too many") {
    round_trip(10, ecn::ce);
    CHECK(marks.state() == ecn_state::failed);
    CHECK(marks.mark_for_next() == ecn::not_ect);
  }
}

TEST_CASE("a rising CE count is congestion, once for each rise", "[recovery][rfc9002]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, ack{{0, 3}}.with({2, 0, 2})));
  auto const& marked = r.machine.controller().marked;
  REQUIRE(marked.size() == 1);
  CHECK(marked[0].newly_marked == 2);
  CHECK(marked[0].largest_sent_at == at(0ms));
  REQUIRE(r.receive(51ms, ack{{0, 5}}.with({4, 0, 2})));
  CHECK(marked.size() == 1);
}

TEST_CASE("counts that failed are no congestion", "[recovery][rfc9002]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, ack{{0, 3}}.with({2, 0, 200})));
  CHECK(r.machine.controller().marked.empty());
  CHECK(state(r) == ecn_state::failed);
}

TEST_CASE("a new path is tested anew", "[recovery][rfc9000]") {
  auto r = marking(10);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  REQUIRE(state(r) == ecn_state::failed);
  r.use_path(1);
  CHECK(state(r) == ecn_state::testing);
  auto const number = r.send(60ms, application, r.machine.mark_for_next());
  REQUIRE(r.receive(110ms, ack{{number, number}}.with({11, 0, 0})));
  CHECK(r.machine.ecn_validation_state() == ecn_state::capable);
}

TEST_CASE("marks are left off when three probe timeouts find nobody, and tested anew when somebody answers",
          "[recovery][rfc9000]") {
  ecn_validation marks;
  for (int i = 0; i < 10; ++i) marks.on_sent(application, marks.mark_for_next());
  ecn_counts const all_came{10, 0, 0};
  marks.on_ack(application, &all_came, 10, 0, true);
  REQUIRE(marks.state() == ecn_state::capable);
  marks.on_probe_timeouts(2);
  CHECK(marks.mark_for_next() == ecn::ect0);
  marks.on_probe_timeouts(3);
  CHECK(marks.mark_for_next() == ecn::not_ect);

  marks.on_answered();
  CHECK(marks.mark_for_next() == ecn::ect0);
  // What only acknowledges would be lost unnoticed, and waits until a mark has come through.
  CHECK(marks.mark_for_next(false) == ecn::not_ect);
  for (int i = 0; i < 10; ++i) marks.on_sent(application, ecn::ect0);
  CHECK(marks.state() == ecn_state::unknown);
  SECTION("it was not the marks' fault") {
    ecn_counts const more_came{20, 0, 0};
    marks.on_ack(application, &more_came, 10, 0, true);
    CHECK(marks.state() == ecn_state::capable);
    CHECK(marks.mark_for_next(false) == ecn::ect0);
  }
  SECTION("it was") {
    marks.on_lost(10);
    CHECK(marks.state() == ecn_state::failed);
  }
}

TEST_CASE("marked packets that only acknowledge are doubted when nothing is heard of them", "[recovery][rfc9000]") {
  auto r = marking(10);
  r.machine.on_handshake_confirmed();
  REQUIRE(r.receive(50ms, ack{{0, 9}}.with({10, 0, 0})));
  r.send_ack_only(100ms, 1, application, ecn::ect0);
  CHECK_FALSE(r.machine.doubts_acknowledgements(at(5s)));
  SECTION("two, and a second without news") {
    r.send_ack_only(200ms, 2, application, ecn::ect0);
    CHECK_FALSE(r.machine.doubts_acknowledgements(at(1049ms)));
    CHECK(r.machine.doubts_acknowledgements(at(1050ms)));
    // Who waits for an answer has asked.
    r.send(1100ms, application, ecn::ect0);
    CHECK_FALSE(r.machine.doubts_acknowledgements(at(5s)));
    REQUIRE(r.receive(1150ms, ack{{0, 12}}.with({13, 0, 0})));
    CHECK_FALSE(r.machine.doubts_acknowledgements(at(5s)));
  }
  SECTION("without marks there is nothing to doubt") {
    for (int i = 0; i < 5; ++i) r.send_ack_only(200ms, 2);
    CHECK_FALSE(r.machine.doubts_acknowledgements(at(5s)));
  }
}
