// SPDX-License-Identifier: BSL-1.0
// Key updates out of their order (RFC 9001 6).
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

constexpr auto wrong = error_code::key_update_error;

}  // namespace

TEST_CASE("an honest key update is followed", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    for (std::uint64_t phase = 1; phase <= 30; ++phase) {
      at.peer.send(one_rtt, ping, {.phase = phase});
      at.peer.pass(30ms);
      at.peer.send(one_rtt, bytes{0x00}, {.phase = phase});
      REQUIRE(at.peer.opened_phase == phase);
      CHECK(at.peer.victim->statistics().key_phase == phase);
    }
    CHECK_FALSE(at.peer.victim->closing());
  }
}

TEST_CASE("a packet that was late under old keys is still taken", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const late = at.peer.packet(one_rtt, stream(at.data_stream.value(), 5, text(" bird")));
    at.peer.send(one_rtt, ping, {.phase = 1});
    at.peer.deliver(late);
    CHECK(at.peer.victim->held_bytes() == at.held_before + 5);
    CHECK_FALSE(at.peer.victim->closing());
  }
}

TEST_CASE("old keys behind newer ones end the connection", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.send(one_rtt, ping, {.phase = 1});
    at.peer.send(one_rtt, ping, {.phase = 0});
    at.check_closed(wrong, 0);
  }
}

TEST_CASE("a second update before the first is acknowledged ends the connection", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.send(one_rtt, ping, {.phase = 1});
    at.peer.victim->expire(at.peer.now);  // makes the keys after these
    at.peer.send(one_rtt, ping, {.phase = 2});
    at.check_closed(wrong, 0);
  }
}

TEST_CASE("old keys that acknowledge newer ones end the connection", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    REQUIRE(at.peer.victim->update_keys(at.peer.now));
    at.peer.victim->ping();
    at.peer.absorb();
    REQUIRE(at.peer.opened_phase == 1);
    auto const newest = at.peer.received(one_rtt).back().end - 1;
    at.peer.send(one_rtt, ack(newest, newest), {.phase = 0});
    at.check_closed(wrong, 0x02);
  }
}

TEST_CASE("a forged packet with the other phase's bit changes nothing", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    for (int i = 0; i < 20; ++i) {
      at.peer.send(one_rtt, ping, {.wrong_phase_bit = true});
      at.peer.send(one_rtt, ping, {.forged = true, .phase = 1});
      at.peer.send(one_rtt, ping, {.phase = 2});
      at.peer.send(one_rtt, ping, {.phase = 3});
    }
    CHECK(at.peer.victim->statistics().key_phase == 0);
    at.check_ignored();
  }
}

TEST_CASE("a server may update its keys before its client knows of the confirmation", "[bad_input][rfc9001]") {
  // HANDSHAKE_DONE may be lost, and its repetition come under the next keys.
  scene at(role::server, stage::complete);
  at.peer.send(one_rtt, bytes{0x1e}, {.phase = 1});
  CHECK(at.peer.victim->confirmed());
  CHECK_FALSE(at.peer.victim->closing());
}
