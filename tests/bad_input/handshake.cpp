// SPDX-License-Identifier: BSL-1.0
// Handshake bytes that come at the wrong level, in the wrong amount, in strange pieces or not at all.
#include "outcome.hpp"

#include <numeric>
#include <random>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

using levels = std::vector<encryption_level>;
constexpr auto violation = error_code::protocol_violation;

bytes message(std::uint8_t type, std::size_t size, bytes const& body = {}) {
  return bytes{type, static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 8 & 0xff),
               static_cast<std::uint8_t>(size & 0xff)} +
         body;
}

/// Where a close goes while the Handshake level is in use: a server can seal 1-RTT packets by then.
levels handshake_levels(role sender) {
  return sender == role::client ? levels{handshake, one_rtt} : levels{handshake};
}

constexpr error_code alert(int number) {
  return crypto_error_code(static_cast<std::uint8_t>(number));
}

}  // namespace

TEST_CASE("messages out of their order end the handshake with an alert", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles)
    for (unsigned const type : {24U, 5U, 99U, 1U, 2U}) {
      CAPTURE(name_of_role(sender), type);
      scene at(sender, stage::handshake);
      at.peer.send(handshake, crypto(0, message(static_cast<std::uint8_t>(type), 1, {0})));
      at.check_closed(alert(10), 0x06, handshake_levels(sender));
    }
}

TEST_CASE("messages out of their order end an established connection too", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles)
    for (unsigned const type : {24U, 1U, 99U}) {
      CAPTURE(name_of_role(sender), type);
      scene at(sender);
      at.peer.send(one_rtt, crypto(0, message(static_cast<std::uint8_t>(type), 1, {0})));
      at.check_closed(alert(10), 0x06);
    }
  scene asks_for_certificate(role::server);
  asks_for_certificate.peer.send(one_rtt, crypto(0, message(13, 1, {0})));
  asks_for_certificate.check_closed(violation, 0x06);
}

TEST_CASE("a server that repeats its flight for ever is answered a few times only", "[bad_input][rfc9002]") {
  scene at(role::server, stage::complete);
  // RFC 9002 6.2.3: the client's Finished is not acknowledged, and goes out again without a timer for a limited number
  // of times.
  for (int i = 0; i < 50; ++i) {
    at.peer.send(handshake, crypto(0, bytes{8}));
    at.peer.absorb();
  }
  CHECK_FALSE(at.peer.victim->closing());
  CHECK(at.peer.frames[0x06] == limits::early_flights);
}

TEST_CASE("a broken message ends the handshake with decode_error", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::start);
    at.peer.send(initial, crypto(0, message(sender == role::client ? 1 : 2, 1, {0x13})));
    at.check_closed(alert(50), 0x06, {initial});
  }
}

TEST_CASE("a message that announces too much is refused before it is stored",
          "[bad_input][limits][cve_class_large_message]") {
  for (auto const sender : both_roles)
    for (auto const level : {initial, handshake, one_rtt}) {
      CAPTURE(name_of_role(sender), static_cast<int>(level));
      scene at(sender, level == initial ? stage::start : level == handshake ? stage::handshake : stage::confirmed);
      at.peer.send(level, crypto(0, message(4, 0xffffff, repeated(50))));
      at.check_closed(error_code::crypto_buffer_exceeded, 0x06,
                      level == handshake ? handshake_levels(sender) : levels{level});
    }
}

TEST_CASE("no transport parameters, or none in common, end the handshake", "[bad_input][rfc9001]") {
  // The server hears it in the client's first message, the client under Handshake keys.
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer other_alpn(sender, stage::handshake, {.alpn = {"something else"}});
    if (sender == role::server) {
      // A server that finds no common protocol says so itself; ours has nothing to send then.
      CHECK(other_alpn.handshake_bytes[index_of(handshake)].empty());
      continue;
    }
    REQUIRE(other_alpn.closes.size() == 1);
    CHECK(other_alpn.closes[0].code == static_cast<std::uint64_t>(alert(120)));
    CHECK(other_alpn.closes[0].frame_type == 0x06);
    CHECK(other_alpn.closes[0].level == initial);
  }
}

TEST_CASE("new bytes at a level that is over end the connection", "[bad_input][rfc9001][cve_class_level_confusion]") {
  for (auto const sender : both_roles)
    for (std::uint64_t const gap : {0U, 1U, 100U}) {
      CAPTURE(name_of_role(sender), gap);
      hostile_peer measured(sender);
      auto const size = measured.handshake_bytes[index_of(initial)].size();
      scene at(sender, stage::handshake);
      at.peer.send(initial, crypto(size + gap, text("more")));
      // Nothing has come at the Handshake level, so Initial keys are there still.
      at.check_closed(violation, 0x06,
                      sender == role::client ? levels{initial, handshake, one_rtt} : levels{handshake});
    }
}

TEST_CASE("a repetition at a level that is over is fine", "[bad_input][rfc9001][cve_class_discarded_space]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender);
    auto const hello = peer.handshake_bytes[index_of(initial)];
    peer.advance_to(stage::handshake);
    peer.send(initial, crypto(0, hello));
    CHECK_FALSE(peer.victim->closing());
    peer.advance_to(stage::confirmed);
    CHECK(peer.victim->confirmed());
  }
}

TEST_CASE("bytes left over when keys change end the connection", "[bad_input][rfc9001][cve_class_level_confusion]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    for (bool const apart : {false, true}) {
      CAPTURE(apart);
      hostile_peer peer(sender);
      auto const hello = peer.handshake_bytes[index_of(initial)];
      if (apart) peer.send(initial, crypto(hello.size() + 5, text("left over")));
      peer.send(initial, crypto(0, apart ? hello : hello + text("left over")));
      peer.absorb();
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(violation));
      CHECK(peer.victim->close_reason()->frame_type == 0x06);
    }
  }
}

TEST_CASE("handshake bytes beyond the window end the connection", "[bad_input][limits][cve_class_sparse_crypto]") {
  for (auto const sender : both_roles)
    for (auto const level : {initial, handshake, one_rtt})
      for (std::uint64_t const offset :
           {std::uint64_t{limits::crypto_buffer}, std::uint64_t{10'000'000}, varint_max - 1}) {
        CAPTURE(name_of_role(sender), static_cast<int>(level), offset);
        scene at(sender, level == initial ? stage::start : level == handshake ? stage::handshake : stage::confirmed);
        at.peer.send(level, crypto(offset, text("a")));
        at.check_closed(error_code::crypto_buffer_exceeded, 0x06,
                        level == handshake ? handshake_levels(sender) : levels{level});
      }
}

TEST_CASE("4096 bytes of handshake may arrive in any order", "[bad_input][rfc9000]") {
  auto config = std::make_shared<null_handshake::config>(*handshake_config());
  hostile_peer peer(role::client);
  auto const hello = peer.handshake_bytes[index_of(initial)];
  std::vector<std::size_t> order(hello.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937{5});
  for (std::size_t i = 0; i < order.size();) {
    bytes payload;
    for (std::size_t in_packet = 0; in_packet < 150 && i < order.size(); ++in_packet, ++i)
      payload = std::move(payload) + crypto(order[i], {hello[order[i]]});
    peer.send(initial, payload);
  }
  peer.handshake_bytes[index_of(initial)].clear();
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
}

TEST_CASE("every second byte of the first 4096 may be missing for a while",
          "[bad_input][rfc9000][cve_class_sparse_crypto]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender);
    for (std::uint64_t offset = 1; offset < 4096;) {
      bytes payload;
      for (int in_packet = 0; in_packet < 150 && offset < 4096; ++in_packet, offset += 2)
        payload = std::move(payload) + crypto(offset, {0});
      peer.send(initial, payload);
    }
    CHECK_FALSE(peer.victim->closing());
  }
}

TEST_CASE("handshake bytes in endless pieces end the connection", "[bad_input][limits][cve_class_endless_crypto]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender);
    for (std::uint64_t offset = 1; offset < limits::crypto_buffer && !peer.victim->closing(); offset += 2)
      peer.send(initial, crypto(offset, {0}));
    peer.absorb();
    REQUIRE(peer.victim->close_reason());
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::crypto_buffer_exceeded));
  }
}

TEST_CASE("a handshake that does not get on is given up", "[bad_input][rfc9000][cve_class_slow_handshake]") {
  for (auto const sender : both_roles)
    for (auto const until : {stage::start, stage::handshake}) {
      CAPTURE(name_of_role(sender), static_cast<int>(until));
      hostile_peer peer(sender, until);
      for (int second = 0; second < 12; ++second) {
        peer.pass(std::chrono::seconds{1});
        if (!peer.victim->closed()) peer.send(until == stage::start ? initial : handshake, ping);
      }
      CHECK(peer.victim->closed());
      CHECK(peer.victim->close_reason()->origin == event::close_origin::handshake_timeout);
      CHECK(peer.closes.empty());
    }
}

TEST_CASE("an application that closes early says no more than that", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender, stage::handshake);
    peer.victim->close(42, "secret words", peer.now);
    peer.absorb();
    REQUIRE_FALSE(peer.closes.empty());
    for (auto const& close : peer.closes) {
      if (close.level == one_rtt) continue;
      CHECK_FALSE(close.application);
      CHECK(close.code == static_cast<std::uint64_t>(error_code::application_error));
      CHECK(close.reason.empty());
    }
    // A client has let go of Initial keys by then.
    CHECK(peer.closes[0].level == (sender == role::client ? initial : handshake));
  }
}

TEST_CASE("session tickets without end cost nothing", "[bad_input][limits][cve_class_endless_crypto]") {
  scene at(role::server);
  // RFC 8446 4.6.1: an hour, no age_add, a nonce of 8 bytes, a ticket of 179, no extensions.
  auto const body = bytes{0, 0, 14, 16} + bytes{0, 0, 0, 0} + bytes{8} + repeated(8, 1) + bytes{0, 179} +
                    repeated(179, 3) + bytes{0, 0};
  std::uint64_t offset = 0;
  for (int i = 0; i < 2000; ++i) {
    auto const ticket = message(4, body.size(), body);
    at.peer.send(one_rtt, crypto(offset, ticket));
    offset += ticket.size();
    if (i % 16 == 0) at.peer.absorb();
  }
  at.check_ignored(false);
}

TEST_CASE("handshake bytes that nobody needs any more are acknowledged all the same", "[bad_input][rfc9000]") {
  // RFC 9000 7.5: a ticket that the victim does not keep, the same once more, parts of it, and nothing at all.
  auto const body = bytes{0, 0, 14, 16} + bytes{0, 0, 0, 0} + bytes{8} + repeated(8, 1) + bytes{0, 179} +
                    repeated(179, 3) + bytes{0, 0};
  auto const ticket = message(4, body.size(), body);
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    std::vector<bytes> unneeded{crypto(0, {})};
    if (sender == role::server)
      unneeded = {crypto(0, ticket), crypto(0, ticket), crypto(7, {ticket.begin() + 7, ticket.end()}), crypto(0, {})};
    for (auto const& frame : unneeded) {
      auto const number = at.peer.next_number(one_rtt);
      at.peer.acked_by_victim.clear();
      at.peer.send(one_rtt, frame);
      at.peer.pass(std::chrono::milliseconds{100});
      REQUIRE_FALSE(at.peer.acked_by_victim.empty());
      CHECK(at.peer.acked_by_victim.back() == number);
    }
    at.check_ignored(false);
  }
}
