// SPDX-License-Identifier: BSL-1.0
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("the first probe timeout is about a second", "[recovery][rfc9002]") {
  rig r;
  CHECK(r.deadline() == no_deadline);
  r.send(0ms, initial);
  CHECK(r.deadline() == 999ms);  // 333 + 4 * 166.5
  CHECK(r.machine.pto(initial) == 999ms);
  r.machine.set_max_ack_delay(25ms);
  CHECK(r.machine.pto(initial) == 999ms);
  CHECK(r.machine.pto(application) == 1024ms);
}

TEST_CASE("a probe timeout loses nothing and asks for two packets", "[recovery][rfc9002]") {
  rig r;
  for (int i = 0; i < 3; ++i) r.send(0ms, initial);
  r.expire(998ms);
  CHECK(r.machine.probes_owed(initial) == 0);
  r.expire(999ms);
  CHECK(r.sink.lost_packets.empty());
  CHECK(r.machine.bytes_in_flight() == 3600);
  CHECK(r.machine.pto_count() == 1);
  CHECK(r.machine.probes_owed(initial) == 2);
  REQUIRE(r.sink.probes.size() == 2);
  CHECK(r.sink.probes[0].second == stream_frame(0));
  CHECK(r.sink.probes[1].second == stream_frame(1));
  r.send(999ms, initial);
  CHECK(r.machine.probes_owed(initial) == 1);
  r.send_ack_only(999ms, 0, initial);
  CHECK(r.machine.probes_owed(initial) == 1);
  r.send(999ms, initial);
  CHECK(r.machine.probes_owed(initial) == 0);
  CHECK(r.deadline() == 999ms + 2 * 999ms);
}

TEST_CASE("a probe that could not leave before an answer came is owed no more", "[recovery][rfc9002]") {
  rig r;
  auto const first = r.send(0ms, initial);
  r.send(0ms, initial);
  r.expire(999ms);
  r.send(999ms, initial);
  REQUIRE(r.machine.probes_owed(initial) == 1);
  SECTION("the peer is heard") {
    REQUIRE(r.receive(1s, {{first, first}}, initial));
    CHECK(r.machine.probes_owed(initial) == 0);
    CHECK(r.machine.pto_count() == 0);
    // What is still in flight has a timer of its own.
    CHECK(r.machine.deadline() != never);
  }
  SECTION("in another space") {
    r.send(1s, handshake);
    REQUIRE(r.receive(1s, {{0, 0}}, handshake));
    CHECK(r.machine.probes_owed(initial) == 1);
  }
}

TEST_CASE("a client that may be unknown to the server still owes its probes", "[recovery][rfc9002]") {
  rig r{role::client};
  auto const first = r.send(0ms, initial);
  r.expire(999ms);
  REQUIRE(r.machine.probes_owed(initial) == 2);
  REQUIRE(r.receive(1s, {{first, first}}, initial));
  CHECK(r.machine.probes_owed(initial) == 2);
}

TEST_CASE("handshake data that application data leave no room for are sent when a timer runs out",
          "[recovery][rfc9002]") {
  for (auto const self : {role::client, role::server}) {
    rig r{self};
    r.send(0ms, application);
    r.machine.on_peer_address_validated();
    // RFC 9002 6.2.1: before the handshake is confirmed nobody waits for an answer to them.
    CHECK(r.deadline() == no_deadline);
    r.machine.set_held_back(handshake);
    REQUIRE(r.deadline() == 999ms);
    r.expire(999ms);
    CHECK(r.machine.probes_owed(handshake) == 1);
    CHECK(r.machine.probes_owed(application) == 0);
    r.send(999ms, handshake);
    r.machine.set_held_back(std::nullopt);
    CHECK(r.machine.probes_owed(handshake) == 0);
    CHECK(r.deadline() == 999ms + 2 * 999ms);
    REQUIRE(r.receive(1100ms, {{0, 0}}, handshake));
    CHECK(r.deadline() == no_deadline);
    r.machine.set_held_back(handshake);
    r.machine.discard(handshake);
    CHECK(r.deadline() == no_deadline);
  }
}

TEST_CASE("the backoff doubles, saturates and ends with an acknowledgement",
          "[recovery][rfc9002][cve_class_backoff_overflow]") {
  rig r;
  r.send(0ms, initial);
  for (int i = 0; i < 3; ++i) r.expire(r.deadline());
  CHECK(r.deadline() == 8 * 999ms);
  for (int i = 0; i < 100; ++i) {
    auto const before = r.machine.deadline();
    if (before == never) break;
    r.machine.on_timeout(before, r.sink);
    REQUIRE(r.machine.deadline() >= before);
  }
  CHECK(r.machine.deadline() == never);
  CHECK(r.machine.pto_count() > 30);
  auto const second = r.send(1h, initial);
  REQUIRE(r.receive(1h + 50ms, {{second, second}}, initial));
  CHECK(r.machine.pto_count() == 0);
}

TEST_CASE("application data is not probed before the handshake is confirmed", "[recovery][rfc9002]") {
  rig r;
  r.machine.set_max_ack_delay(25ms);
  r.send(0ms);
  CHECK(r.deadline() == no_deadline);
  r.machine.on_handshake_confirmed();
  CHECK(r.deadline() == 1024ms);
  r.expire(r.deadline());
  CHECK(r.machine.probes_owed(application) == 2);
  CHECK(r.deadline() == 2048ms);  // the peer's delay backs off as well
}

TEST_CASE("the earliest space is probed first and the others with it", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms, initial);
  r.send(10ms, handshake);
  CHECK(r.deadline() == 999ms);
  r.expire(999ms);
  CHECK(r.machine.probes_owed(initial) == 1);
  CHECK(r.machine.probes_owed(handshake) == 1);
  r.machine.discard(initial);
  CHECK(r.deadline() == 1009ms);
}

TEST_CASE("a client keeps probing until it knows that it was validated", "[recovery][rfc9002]") {
  rig r{role::client};
  CHECK(r.deadline() == no_deadline);
  r.send(0ms, initial);
  REQUIRE(r.receive(50ms, {{0, 0}}, initial));
  // Nothing is in flight: smoothed 50, variation 25, from the last event on.
  CHECK(r.deadline() == 50ms + 150ms);
  r.expire(200ms);
  CHECK(r.machine.probes_owed(initial) == 1);
  CHECK(r.machine.probes_owed(handshake) == 0);
  CHECK(r.deadline() == 200ms + 300ms);
  r.machine.set_has_handshake_keys(true);
  r.expire(500ms);
  CHECK(r.machine.probes_owed(handshake) == 1);
  r.machine.on_peer_address_validated();
  CHECK(r.deadline() == no_deadline);
}

TEST_CASE("a client does not reset the backoff for Initial acknowledgements", "[recovery][rfc9002]") {
  rig r{role::client};
  r.send(0ms, initial);
  r.expire(r.deadline());
  r.send(1s, initial);
  REQUIRE(r.receive(1050ms, {{1, 1}}, initial));
  CHECK(r.machine.pto_count() == 1);
  r.send(1100ms, handshake);
  REQUIRE(r.receive(1150ms, {{0, 0}}, handshake));
  CHECK(r.machine.pto_count() == 0);
  CHECK(r.deadline() == no_deadline);
}

TEST_CASE("a server that may not send does not probe, and does at once when it may", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms, initial);
  r.machine.set_amplification_blocked(true);
  CHECK(r.deadline() == no_deadline);
  r.expire(5s);
  CHECK(r.machine.pto_count() == 0);
  r.machine.set_amplification_blocked(false);
  CHECK(r.deadline() == 999ms);
  r.expire(5s);
  CHECK(r.machine.pto_count() == 1);
}

TEST_CASE("loss by time goes before the probe timeout", "[recovery][rfc9002]") {
  rig r;
  r.machine.on_handshake_confirmed();
  r.send(0ms);
  r.send(8ms);
  r.send(20ms);
  REQUIRE(r.receive(88ms, {{1, 1}}));
  CHECK(r.deadline() == 90ms);
  r.expire(90ms);
  CHECK(r.sink.lost_numbers() == std::vector<packet_number>{0});
  CHECK(r.deadline() == 20ms + 80ms + 160ms);
}

TEST_CASE("an ack-eliciting packet restarts the timer", "[recovery][rfc9002]") {
  rig r;
  r.send(0ms, initial);
  r.send(500ms, initial);
  CHECK(r.deadline() == 1499ms);
}
