// SPDX-License-Identifier: BSL-1.0
// The end of a connection: said a few times, never in a loop, and never after silence.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

TEST_CASE("whoever goes on after a close is answered ever more seldom", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto& peer = at.peer;
    peer.send(one_rtt, bytes{0x20});
    peer.absorb();
    REQUIRE(peer.closes.size() == 1);
    std::vector<int> answered;
    for (int i = 1; i <= 1000; ++i) {
      peer.send(one_rtt, repeated(1000));
      if (peer.absorb() > 0) answered.push_back(i);
    }
    CHECK(answered == std::vector{1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
    for (auto const& close : peer.closes) CHECK(close.code == peer.closes[0].code);
    peer.pass(30s);
    CHECK(peer.victim->closed());
    peer.send(one_rtt, ping);
    CHECK(peer.absorb() == 0);
  }
}

TEST_CASE("answers to small packets after a close stay within three times their size", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.send(one_rtt, bytes{0x20});
    at.peer.absorb();
    auto const sent = at.peer.bytes_sent_by_victim;
    auto const came = at.peer.bytes_sent_to_victim;
    for (int i = 0; i < 1000; ++i) {
      at.peer.send(one_rtt, ping);
      at.peer.absorb();
      CHECK(at.peer.bytes_sent_by_victim - sent <= 3 * (at.peer.bytes_sent_to_victim - came));
    }
    CHECK(at.peer.bytes_sent_by_victim > sent);
  }
}

TEST_CASE("a server that closes at once does not amplify", "[bad_input][rfc9000][cve_class_amplification]") {
  hostile_peer peer(role::client);
  peer.send(initial, bytes{0x20});
  peer.absorb();
  for (int i = 0; i < 200; ++i) {
    peer.deliver(bytes(30, 0x40));
    peer.absorb();
    CHECK(peer.bytes_sent_by_victim <= 3 * peer.bytes_sent_to_victim);
  }
  CHECK_FALSE(peer.closes.empty());
}

TEST_CASE("a server never sends more than three times what an unproven client sent",
          "[bad_input][rfc9000][cve_class_amplification]") {
  hostile_peer peer(role::client);
  peer.send_handshake(initial);
  for (int i = 0; i < 60 && !peer.victim->closed(); ++i) {
    peer.absorb();
    peer.pass(300ms);
    CHECK(peer.bytes_sent_by_victim <= 3 * peer.bytes_sent_to_victim);
    if (i % 5 == 0) peer.deliver(bytes(20, 0xc7));
  }
  CHECK(peer.victim->closed());
}

TEST_CASE("two ends that both have closed fall silent", "[bad_input][rfc9000]") {
  hostile_peer a(role::client);
  hostile_peer b(role::server);
  a.send(initial, bytes{0x20});
  b.send(initial, bytes{0x20});
  int echoes = 0;
  bytes room(2000);
  for (bool again = true; again && echoes < 1000;) {
    again = false;
    for (auto* const pair : {&a, &b}) {
      auto* const other = pair == &a ? &b : &a;
      while (auto const out = pair->victim->transmit(room, pair->now)) {
        other->deliver({out->bytes.begin(), out->bytes.end()});
        again = true;
        ++echoes;
      }
    }
  }
  CHECK(echoes >= 2);
  CHECK(echoes < 10);
}

TEST_CASE("an unknown error code of the peer's is passed on as it is", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (bool const application : {false, true}) {
      CAPTURE(name_of_role(sender), application);
      scene at(sender);
      at.peer.send(one_rtt, application ? numbers({0x1d, varint_max, 0}) : numbers({0x1c, varint_max, 0x5a5a, 0}));
      CHECK(at.peer.absorb() == 0);
      REQUIRE(at.peer.victim->close_reason());
      CHECK(at.peer.victim->close_reason()->code == varint_max);
      CHECK(at.peer.victim->close_reason()->application == application);
      CHECK(at.peer.victim->close_reason()->frame_type == (application ? 0 : 0x5a5a));
      at.check_data_kept();
    }
}

TEST_CASE("a connection that hears nothing ends without a word", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.pass(29s);
    CHECK_FALSE(at.peer.victim->closing());
    auto const before = at.peer.datagrams;
    at.peer.pass(3s);
    CHECK(at.peer.victim->closed());
    CHECK(at.peer.victim->close_reason()->origin == event::close_origin::idle_timeout);
    CHECK(at.peer.datagrams == before);
    CHECK(at.peer.closes.empty());
    at.check_data_kept();
  }
}

TEST_CASE("an idle timeout of next to nothing still leaves time for three probes", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, {.edit = [](auto& p) { p.max_idle_timeout = 1ms; }});
    at.peer.pass(60ms);
    CHECK_FALSE(at.peer.victim->closing());
    at.peer.pass(10s);
    CHECK(at.peer.victim->closed());
  }
}

TEST_CASE("probes to a peer that never answers slow down without end",
          "[bad_input][rfc9002][cve_class_backoff_overflow]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.idle_timeout = 0s;
    scene at(sender, stage::confirmed, options);
    auto const id = at.peer.victim->open(stream_direction::bidirectional);
    REQUIRE(id);
    REQUIRE(at.peer.victim->write(*id, text("hello?")));
    at.peer.absorb();
    auto last = at.peer.now;
    auto wait = duration::zero();
    for (int i = 0; i < 100; ++i) {
      auto const due = at.peer.victim->deadline();
      if (due == never) break;
      CHECK(due - last >= wait / 2);
      wait = due - last;
      last = at.peer.now = due;
      at.peer.victim->expire(due);
      CHECK(at.peer.absorb() <= 2);
    }
    CHECK(at.peer.victim->statistics().pto_count > 20);
    CHECK_FALSE(at.peer.victim->closing());
  }
}

TEST_CASE("a client that can send Handshake packets says goodbye in them and in no Initial", "[bad_input][rfc9001]") {
  hostile_peer peer(role::server, stage::handshake);
  peer.closes.clear();
  peer.victim->close(7, "secret words", peer.now);
  for (int i = 0; i < 20; ++i) {
    peer.absorb();
    peer.send(handshake, repeated(1100));
  }
  REQUIRE(peer.closes.size() > 1);
  for (auto const& close : peer.closes) {
    // RFC 9000 10.2.3: the application's words are not for everybody.
    CHECK(close.level == handshake);
    CHECK_FALSE(close.application);
    CHECK(close.code == static_cast<std::uint64_t>(error_code::application_error));
    CHECK(close.reason.empty());
  }
}

TEST_CASE("a server that closes before the handshake is complete is understood at every level",
          "[bad_input][rfc9000]") {
  hostile_peer peer(role::client, stage::handshake);
  peer.closes.clear();
  peer.victim->close(7, "secret words", peer.now);
  peer.absorb();
  std::vector<encryption_level> levels;
  for (auto const& close : peer.closes) {
    levels.push_back(close.level);
    // The client's Finished has not come, so 1-RTT packets may not be read yet; those that are may hold the words.
    CHECK(close.application == (close.level == one_rtt));
    CHECK(close.reason == (close.level == one_rtt ? "secret words" : ""));
  }
  CHECK(levels == std::vector{initial, handshake, one_rtt});
}
