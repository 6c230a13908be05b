// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("before a sample the round trip is the initial one", "[recovery][rfc9002]") {
  rtt_estimator const rtt{333ms};
  CHECK(rtt.values().smoothed == 333ms);
  CHECK(rtt.values().variation == 166500us);
  CHECK(rtt.probe_base() == 999ms);
  CHECK_FALSE(rtt.has_sample());
}

TEST_CASE("the first sample replaces everything", "[recovery][rfc9002]") {
  rtt_estimator rtt{333ms};
  rtt.update(80ms, 70ms, at(0ms));
  CHECK(rtt.values().latest == 80ms);
  CHECK(rtt.values().min == 80ms);
  CHECK(rtt.values().smoothed == 80ms);
  CHECK(rtt.values().variation == 40ms);
  CHECK(rtt.first_sample_at() == at(0ms));
}

TEST_CASE("later samples are averaged after the delay is taken off", "[recovery][rfc9002]") {
  rtt_estimator rtt{333ms};
  rtt.update(80ms, 0ms, at(0ms));
  rtt.update(128ms, 8ms, at(1ms));
  CHECK(rtt.values().latest == 128ms);
  CHECK(rtt.values().min == 80ms);
  CHECK(rtt.values().variation == 40ms);  // 3/4 * 40 + 1/4 * |80 - 120|
  CHECK(rtt.values().smoothed == 85ms);   // 7/8 * 80 + 1/8 * 120
  CHECK(rtt.first_sample_at() == at(0ms));
}

TEST_CASE("a delay that would go below the minimum is not taken off", "[recovery][rfc9002]") {
  rtt_estimator rtt{333ms};
  rtt.update(80ms, 0ms, at(0ms));
  rtt.update(88ms, 9ms, at(1ms));
  CHECK(rtt.values().smoothed == 81ms);
  rtt.update(64ms, 0ms, at(2ms));
  CHECK(rtt.values().min == 64ms);
}

TEST_CASE("the largest delay that a frame can tell does no harm", "[recovery][rfc9002]") {
  rtt_estimator rtt{333ms};
  rtt.update(80ms, duration::max(), at(0ms));
  rtt.update(80ms, duration::max(), at(1ms));
  CHECK(rtt.values().smoothed == 80ms);
}

TEST_CASE("a round trip of no time at all stays above zero", "[recovery][rfc9002]") {
  rtt_estimator rtt{0ms};
  for (int i = 0; i < 100; ++i) rtt.update(0ns, 0ns, at(0ms));
  CHECK(rtt.values().smoothed > 0ns);
  CHECK(rtt.probe_base() >= timer_granularity);
}

TEST_CASE("an ACK of the largest packet gives a sample once", "[recovery][rfc9002]") {
  rig r;
  r.send(10ms);
  r.send(10ms);
  REQUIRE(r.receive(50ms, {{1, 1}}));
  CHECK(r.machine.rtt().latest == 40ms);
  REQUIRE(r.receive(54ms, {{0, 1}}));  // the largest is not new
  CHECK(r.sink.acked_packets.size() == 2);
  CHECK(r.machine.rtt().latest == 40ms);
  CHECK(r.machine.controller().acked.back().rtt_updated == false);
}

TEST_CASE("packets that elicit nothing give no sample", "[recovery][rfc9002]") {
  rig r;
  r.send_ack_only(0ms, 7);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  CHECK_FALSE(r.machine.has_rtt_sample());
  CHECK(r.sink.acked_packets == std::vector<packet_number>{0});
}

TEST_CASE("the delay counts as told before confirmation and is capped after it", "[recovery][rfc9002]") {
  auto smoothed_after = [](bool confirmed, packet_space space) {
    rig r;
    r.machine.set_max_ack_delay(8ms);
    if (confirmed) r.machine.on_handshake_confirmed();
    r.send(0ms, space);
    REQUIRE(r.receive(80ms, {{0, 0}}, space));
    r.send(100ms, space);
    REQUIRE(r.receive(260ms, {{1, 1}}, space, 80ms));
    return r.machine.rtt().smoothed;
  };
  CHECK(smoothed_after(false, application) == 80ms);  // 160 - 80
  CHECK(smoothed_after(true, application) == 89ms);   // 7/8 * 80 + 1/8 * 152
  CHECK(smoothed_after(false, initial) == 90ms);      // Initial ACKs are not delayed: 160
}
