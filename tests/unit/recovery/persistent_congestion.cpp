// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

namespace {

/// A rig with a round trip of 100 ms. A second sample like it makes the variation 37.5 ms and the probe timeout 250 ms,
/// so persistent congestion takes more than 750 ms.
rig sampled() {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(100ms, {{0, 0}}));
  return r;
}

bool persistent(rig& r) {
  auto const& lost = r.machine.controller().lost;
  REQUIRE(lost.size() == 1);
  return lost[0].persistent_congestion;
}

}  // namespace

TEST_CASE("the example of RFC 9002 7.6.3 is persistent congestion", "[recovery][rfc9002]") {
  rig r;
  // Smoothed 500 ms, variation 250 ms and a delay of 500 ms make the two seconds of the example, which begins at 1 s.
  r.machine.set_max_ack_delay(500ms);
  r.machine.on_handshake_confirmed();
  r.send(0ms);
  REQUIRE(r.receive(500ms, {{0, 0}}));
  REQUIRE(r.machine.pto(application) == 2s);
  r.send(1s);
  r.send(2s);
  REQUIRE(r.receive(2200ms, {{1, 1}}, application, 500ms));
  for (auto const when : {3s, 4s, 5s, 6s, 7s, 9s, 13s}) r.send(when);
  REQUIRE(r.receive(13200ms, {{9, 9}}));
  CHECK(r.sink.lost_numbers() == std::vector<packet_number>{2, 3, 4, 5, 6, 7, 8});
  CHECK(persistent(r));
}

TEST_CASE("losses over more than three probe timeouts are persistent congestion", "[recovery][rfc9002]") {
  auto r = sampled();
  r.send(101ms);
  r.send(500ms);
  r.send(851ms + 1ns);
  auto const last = r.send(1900ms);
  REQUIRE(r.receive(2000ms, {{last, last}}));
  CHECK(persistent(r));
}

TEST_CASE("after persistent congestion the minimum is the newest sample", "[recovery][rfc9002]") {
  auto r = sampled();
  r.send(101ms);
  r.send(3000ms);
  auto const last = r.send(3400ms);
  REQUIRE(r.receive(3550ms, {{last, last}}));
  CHECK(persistent(r));
  CHECK(r.machine.rtt().min == 150ms);
}

TEST_CASE("losses over no more than three probe timeouts are not", "[recovery][rfc9002]") {
  auto r = sampled();
  r.send(101ms);
  r.send(851ms);
  auto const last = r.send(1900ms);
  REQUIRE(r.receive(2000ms, {{last, last}}));
  CHECK_FALSE(persistent(r));
}

TEST_CASE("a delivery in between ends the stretch", "[recovery][rfc9002]") {
  auto r = sampled();
  r.send(101ms);
  auto const delivered = r.send(600ms);
  r.send(1400ms);
  auto const last = r.send(2500ms);
  REQUIRE(r.receive(2600ms, {{last, last}, {delivered, delivered}}));
  CHECK(r.sink.lost_packets.size() == 2);
  CHECK_FALSE(persistent(r));
}

TEST_CASE("a delivery in another space ends the stretch", "[recovery][rfc9002]") {
  auto r = sampled();
  r.send(101ms);
  r.send(600ms, handshake);
  REQUIRE(r.receive(700ms, {{0, 0}}, handshake));
  r.send(1400ms);
  auto const last = r.send(2500ms);
  REQUIRE(r.receive(2600ms, {{last, last}}));
  CHECK(r.sink.lost_packets.size() == 2);
  CHECK_FALSE(persistent(r));
}

TEST_CASE("losses before the first sample do not count", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms);
  r.send(5s);
  auto const last = r.send(9s);
  REQUIRE(r.receive(9100ms, {{last, last}}));
  CHECK(r.sink.lost_packets.size() == 2);
  CHECK_FALSE(persistent(r));
}

TEST_CASE("packets that elicit nothing do not delimit a stretch", "[recovery][rfc9002]") {
  auto r = sampled();
  r.machine.on_sent(application, {1, 1200, false, true, ecn::not_ect}, {}, at(101ms));
  r.send(700ms);
  r.send(1400ms);
  auto const last = r.send(2500ms);
  REQUIRE(r.receive(2600ms, {{last, last}}));
  CHECK(r.sink.lost_packets.size() == 3);
  CHECK_FALSE(persistent(r));
}
