// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("acknowledged packets leave the flight with their frames", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 4; ++i) r.send(0ms);
  CHECK(r.machine.bytes_in_flight() == 4800);
  REQUIRE(r.receive(50ms, {{3, 3}, {0, 1}}));
  CHECK(r.sink.acked_packets == std::vector<packet_number>{3, 0, 1});
  CHECK(r.sink.acked_frames.size() == 3);
  CHECK(r.machine.bytes_in_flight() == 1200);
  auto const& told = r.machine.controller().acked.at(0);
  CHECK(told.bytes == 3600);
  CHECK(told.largest == 3);
  CHECK(told.next_to_send == 4);
  CHECK(told.prior_bytes_in_flight == 4800);
  CHECK(told.bytes_in_flight == 1200);
  CHECK(told.rtt_updated);
}

TEST_CASE("an acknowledgement repeated changes nothing", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 3; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 2}}));
  REQUIRE(r.receive(60ms, {{0, 2}}));
  CHECK(r.sink.acked_packets.size() == 3);
  CHECK(r.machine.controller().acked.size() == 1);
  CHECK(r.machine.statistics().packets_acked == 3);
}

TEST_CASE("an ACK of a packet never sent changes nothing and ends the connection", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  auto const outcome = r.receive(50ms, {{0, 1}});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::protocol_violation);
  CHECK(r.machine.bytes_in_flight() == 1200);
  CHECK(r.sink.acked_packets.empty());
  CHECK_FALSE(rig{}.receive(0ms, {{0, 0}}));
  CHECK_FALSE(rig{}.receive(0ms, {{no_packet - 1, no_packet - 1}}));
}

TEST_CASE("an ACK of a number left out changes nothing and ends the connection", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  r.machine.skip_number(application);
  r.send(0ms);
  CHECK(r.machine.next_number(application) == 3);
  auto const outcome = r.receive(50ms, {{0, 2}});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::protocol_violation);
  CHECK(r.machine.bytes_in_flight() == 2400);
  REQUIRE(r.receive(50ms, {{2, 2}, {0, 0}}));
  CHECK(r.machine.bytes_in_flight() == 0);
}

TEST_CASE("the newest skipped numbers are remembered, older ones forgiven", "[recovery][rfc9000]") {
  rig r;
  for (std::size_t i = 0; i <= skipped_numbers::capacity; ++i) {
    r.send(0ms);
    r.machine.skip_number(application);
  }
  auto const last = r.send(0ms);
  CHECK_FALSE(r.receive(50ms, {{last, last}, {last - 1, last - 1}}));
  CHECK_FALSE(r.receive(50ms, {{last, last}, {3, 3}}));
  CHECK(r.receive(50ms, {{last, last}, {0, 2}}));
}

TEST_CASE("an acknowledged ACK tells what it had reported", "[recovery][rfc9000]") {
  rig r;
  r.send_ack_only(0ms, 41);
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 1}}));
  REQUIRE(r.sink.acked_frames.size() == 2);
  CHECK(r.sink.acked_frames[1].what == sent_frame::kind::ack);
  CHECK(r.sink.acked_frames[1].offset == 41);
}

TEST_CASE("packets that only acknowledge neither fly nor pile up",
          "[recovery][rfc9002][cve_class_unacknowledged_ack_packets]") {
  rig r;
  auto const first = r.send(0ms);
  for (int i = 0; i < 100'000; ++i) r.send_ack_only(0ms, 1);
  CHECK(r.machine.bytes_in_flight() == 1200);
  auto const last = r.machine.next_number(application) - 1;
  REQUIRE(r.receive(50ms, {{first, last}}));
  CHECK(r.sink.acked_packets.size() == 1 + ack_only_trace::capacity);
}

TEST_CASE("padded packets fly but are not waited for", "[recovery][rfc9002]") {
  rig r{role::client};
  r.machine.on_handshake_confirmed();
  r.machine.on_sent(application, {0, 1200, false, true, ecn::not_ect}, {}, at(0ms));
  CHECK(r.machine.bytes_in_flight() == 1200);
  CHECK(r.deadline() == no_deadline);
}

TEST_CASE("a packet acknowledged after it was declared lost saves what was in it", "[recovery][rfc9000]") {
  rig r;
  for (int i = 0; i < 5; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{4, 4}}));
  REQUIRE(r.sink.lost_numbers() == std::vector<packet_number>{0, 1});
  auto const flight = r.machine.bytes_in_flight();
  auto const rtt = r.machine.rtt().latest;
  REQUIRE(r.receive(52ms, {{4, 4}, {1, 1}}));
  CHECK(r.sink.acked_frames.back().offset == 1);
  CHECK(r.machine.statistics().spurious_losses == 1);
  CHECK(r.machine.bytes_in_flight() == flight);
  CHECK(r.machine.rtt().latest == rtt);
  CHECK(r.machine.controller().acked.size() == 1);
}

TEST_CASE("a discarded space leaves the flight and resets the backoff", "[recovery][rfc9002]") {
  rig r{role::client};
  r.send(0ms, initial);
  r.send(0ms, handshake);
  r.expire(r.deadline());
  CHECK(r.machine.pto_count() == 1);
  r.machine.discard(initial);
  CHECK(r.machine.bytes_in_flight() == 1200);
  CHECK(r.machine.controller().discarded == 1200);
  CHECK(r.machine.pto_count() == 0);
  CHECK(r.machine.probes_owed(initial) == 0);
  r.expire(r.deadline());
  r.machine.discard(initial);  // once is enough
  CHECK(r.machine.pto_count() == 1);
  CHECK(r.receive(50ms, {{0, 0}}, initial));
  CHECK(r.sink.acked_packets.empty());
}

TEST_CASE("a Retry begins anew but never uses a number twice", "[recovery][rfc9002]") {
  rig r{role::client};
  r.send(0ms, initial);
  r.expire(r.deadline());
  r.machine.reclaim(initial, r.sink);
  CHECK(r.sink.lost_frames.size() == 1);
  CHECK(r.sink.lost_packets.empty());
  r.machine.on_retry();
  CHECK(r.machine.next_number(initial) == 1);
  CHECK(r.machine.bytes_in_flight() == 0);
  CHECK(r.machine.pto_count() == 0);
  CHECK(r.deadline() == no_deadline);
  r.send(2s, initial);
  CHECK(r.deadline() == 2s + 999ms);
}

TEST_CASE("what is in flight on an old path says nothing about the new one", "[recovery][rfc9000]") {
  rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  for (int i = 0; i < 5; ++i) r.send(60ms);
  r.use_path(1);
  CHECK(r.machine.bytes_in_flight() == 0);
  CHECK_FALSE(r.machine.has_rtt_sample());
  REQUIRE(r.receive(110ms, {{5, 5}}));
  CHECK_FALSE(r.machine.has_rtt_sample());
  CHECK(r.sink.lost_numbers() == std::vector<packet_number>{1, 2});
  CHECK(r.machine.controller().acked.empty());
  CHECK(r.machine.controller().lost.empty());
  CHECK(r.machine.bytes_in_flight() == 0);
}
