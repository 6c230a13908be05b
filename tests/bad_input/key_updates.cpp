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

TEST_CASE("forged packets of all levels together end the connection at the limit", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.key_limits.forged = 8;
    hostile_peer peer(sender, stage::start, options);
    peer.send(initial, ping, {.forged = true});
    peer.advance_to(stage::handshake);
    for (int i = 0; i < 2; ++i) peer.send(handshake, ping, {.forged = true});
    peer.advance_to(stage::confirmed);
    REQUIRE(peer.victim->confirmed());
    for (int i = 0; i < 4; ++i) peer.send(one_rtt, ping, {.forged = true});
    peer.send(one_rtt, ping);
    CHECK_FALSE(peer.victim->closing());
    peer.send(one_rtt, ping, {.forged = true});
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::aead_limit_reached));
    // RFC 9001 6.6: nothing more is processed.
    auto const before = peer.victim->statistics().packets_received;
    peer.send(one_rtt, ping);
    CHECK(peer.victim->statistics().packets_received == before);
    peer.absorb();
    REQUIRE_FALSE(peer.closes.empty());
    CHECK(peer.closes[0].code == static_cast<std::uint64_t>(error_code::aead_limit_reached));
  }
}

TEST_CASE("a handshake is not spared when forged packets reach the limit", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.key_limits.forged = 3;
    hostile_peer peer(sender, stage::handshake, options);
    for (int i = 0; i < 2; ++i) peer.send(handshake, ping, {.forged = true});
    CHECK_FALSE(peer.victim->closing());
    peer.send(handshake, ping, {.forged = true});
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::aead_limit_reached));
  }
}

TEST_CASE("keys are changed long before they are used up", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.key_limits.sealed_before_update = 4;
    options.settings.key_limits.sealed = 64;
    scene at(sender, stage::confirmed, options);
    for (int i = 0; i < 60; ++i) {
      at.peer.victim->ping();
      at.peer.absorb();
      auto const newest = at.peer.received(one_rtt).back().end - 1;
      at.peer.send(one_rtt, ack(newest, newest) + ping, {.phase = at.peer.opened_phase});
      at.peer.pass(100ms);
    }
    CHECK_FALSE(at.peer.victim->closing());
    CHECK(at.peer.victim->statistics().key_phase > 3);
  }
}

TEST_CASE("keys that cannot be changed are used to their limit and no further", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.key_limits.sealed_before_update = 20;
    options.settings.key_limits.sealed = 20;
    scene at(sender, stage::confirmed, options);
    // Nothing is acknowledged from here on, so no update is allowed.
    auto const before = at.peer.datagrams;
    for (int i = 0; i < 100 && !at.peer.victim->closing(); ++i) {
      at.peer.victim->ping();
      at.peer.absorb();
    }
    CHECK(at.peer.datagrams - before <= 21);
    REQUIRE(at.peer.victim->close_reason());
    CHECK(at.peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::aead_limit_reached));
    REQUIRE_FALSE(at.peer.closes.empty());
    CHECK(at.peer.closes[0].code == static_cast<std::uint64_t>(error_code::aead_limit_reached));
  }
}
