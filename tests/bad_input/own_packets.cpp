// SPDX-License-Identifier: BSL-1.0
// What a victim's own packets are like while its peer says little, late or nothing.
#include "outcome.hpp"

#include <algorithm>
#include <set>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

peer_options noting() {
  peer_options options;
  options.notes_packets = true;
  return options;
}

packet_number newest(hostile_peer const& peer, encryption_level level = one_rtt) {
  return peer.received(level).back().end - 1;
}

bytes challenge(std::uint8_t fill) {
  return bytes{0x1a} + repeated(8, fill);
}

/// Data without an end, and all of it sent that the window lets go.
void fill_window(hostile_peer& peer) {
  auto const id = peer.victim->open(stream_direction::bidirectional);
  REQUIRE(id);
  REQUIRE(peer.victim->write(*id, repeated(200'000)));
  for (int i = 0; i < 200; ++i) {
    peer.absorb();
    peer.now += 1ms;
  }
  auto const now = peer.victim->statistics();
  REQUIRE(now.bytes_in_flight + now.datagram_size > now.congestion_window);
}

}  // namespace

TEST_CASE("probes leave though the window is full, ask for an answer and count as in flight", "[bad_input][rfc9002]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto& peer = at.peer;
    peer.acknowledge(one_rtt);
    fill_window(peer);
    for (std::uint32_t probes = 1; probes <= 3; ++probes) {
      auto const before = peer.victim->statistics();
      peer.packets.clear();
      while (peer.victim->statistics().pto_count == before.pto_count) {
        peer.now = peer.victim->deadline();
        peer.victim->expire(peer.now);
      }
      peer.absorb();
      auto const after = peer.victim->statistics();
      REQUIRE_FALSE(peer.packets.empty());
      byte_count sent = 0;
      for (auto const& one : peer.packets) {
        CHECK(one.is_ack_eliciting());
        sent += one.datagram_size;
      }
      CHECK(after.bytes_in_flight == before.bytes_in_flight + sent);
      CHECK(after.bytes_in_flight > after.congestion_window);
    }
    CHECK_FALSE(peer.victim->closing());
  }
}

TEST_CASE("every probe of the handshake asks for an answer", "[bad_input][rfc9002]") {
  for (auto const sender : both_roles)
    for (auto const until : {stage::start, stage::handshake}) {
      CAPTURE(name_of_role(sender), static_cast<int>(until));
      hostile_peer peer(sender, until, noting());
      if (sender == role::client) peer.send_handshake(initial);
      peer.absorb();
      peer.packets.clear();
      // Enough credit for a server, of packets that it cannot read.
      for (int i = 0; i < 10; ++i) peer.deliver(bytes{0xc7} + repeated(1199, 0x31));
      peer.pass(4s);
      REQUIRE_FALSE(peer.packets.empty());
      std::map<std::size_t, bool> asks;
      for (auto const& one : peer.packets) asks[one.datagram] = asks[one.datagram] || one.is_ack_eliciting();
      for (auto const& [datagram, does] : asks) CHECK(does);
    }
}

TEST_CASE("a server whose flight is acknowledged asks for the rest of the client's, ever more rarely",
          "[bad_input][rfc9002]") {
  hostile_peer client(role::client, stage::handshake, noting());
  client.pass(20ms);
  client.acknowledge(handshake);
  client.absorb();
  std::vector<duration> waited;
  auto since = client.now;
  for (auto const until = since + 5s; client.now < until;) {
    client.packets.clear();
    client.pass(1ms);
    if (client.packets.empty()) continue;
    for (auto const& one : client.packets) {
      CHECK(one.level == handshake);
      // What its client has lost it finds out by an acknowledgement, and the answer brings the next one.
      CHECK(one.acked);
      CHECK(one.holds(0x01));
    }
    waited.push_back(client.now - since);
    since = client.now;
    client.acknowledge(handshake);
  }
  CHECK(waited.size() >= 4);
  CHECK(waited.size() <= 9);
  for (std::size_t i = 1; i < waited.size(); ++i) CHECK(waited[i] > waited[i - 1]);

  client.send_handshake(handshake);
  client.absorb();
  client.packets.clear();
  CHECK(client.victim->connected());
  client.pass(5s);
  for (auto const& one : client.packets) CHECK(one.level != handshake);
}

TEST_CASE("an answer to a challenge waits for the window and for nothing else", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto& peer = at.peer;
    peer.acknowledge(one_rtt);
    // Not for data, nor for the pacer.
    auto const id = peer.victim->open(stream_direction::bidirectional);
    REQUIRE(peer.victim->write(*id, repeated(200'000)));
    for (int i = 0; i < 5; ++i) {
      peer.absorb();
      peer.now += 30ms;
      peer.acknowledge(one_rtt);
    }
    peer.absorb();
    auto const now = peer.victim->statistics();
    REQUIRE(now.bytes_in_flight + 2 * now.datagram_size < now.congestion_window);
    peer.packets.clear();
    peer.send(one_rtt, challenge(5));
    peer.absorb();
    REQUIRE(peer.path_responses.size() == 1);
    CHECK(peer.packets.front().holds(0x1b));
    // But for a window that is full.
    fill_window(peer);
    peer.send(one_rtt, challenge(6));
    peer.absorb();
    CHECK(peer.path_responses.size() == 1);
    peer.acknowledge(one_rtt);
    peer.absorb();
    CHECK(peer.path_responses.size() == 2);
    CHECK(peer.frames[0x1b] == 2);
  }
}

TEST_CASE("a victim that was told goodbye says nothing more, whatever it hears", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (auto const level : {initial, handshake, one_rtt}) {
      CAPTURE(name_of_role(sender), static_cast<int>(level));
      scene at(sender, level == initial ? stage::start : level == handshake ? stage::handshake : stage::confirmed);
      auto& peer = at.peer;
      if (level == one_rtt) {
        auto const id = peer.victim->open(stream_direction::bidirectional);
        REQUIRE(peer.victim->write(*id, repeated(5000)));
        peer.send(one_rtt, challenge(1));
      }
      peer.send(level, numbers({0x1c, 0, 0, 0}));
      CHECK(peer.absorb() == 0);
      REQUIRE(peer.victim->close_reason());
      CHECK(peer.victim->close_reason()->origin == event::close_origin::peer);
      for (int i = 0; i < 50; ++i) {
        peer.send(level, level == one_rtt ? challenge(2) : ping);
        peer.send(level, numbers({0x1c, 0, 0, 0}));
        peer.send(level, ping, {.forged = true});
        CHECK(peer.absorb() == 0);
      }
      auto const before = peer.datagrams;
      peer.pass(60s);
      CHECK(peer.datagrams == before);
      CHECK(peer.victim->closed());
    }
}

TEST_CASE("datagrams with Initial packets that ask for an answer are full-sized, and name one destination",
          "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender, stage::start, noting());
    if (sender == role::client) peer.send_handshake(initial);
    peer.pass(3s);
    peer.advance_to(stage::handshake);
    peer.pass(3s);
    std::size_t initials = 0;
    std::map<std::size_t, connection_id> destinations;
    for (auto const& one : peer.packets) {
      if (one.level == initial && one.is_ack_eliciting()) {
        ++initials;
        CHECK(one.datagram_size >= 1200);
      }
      auto const& first = destinations.try_emplace(one.datagram, one.destination).first->second;
      CHECK(one.destination == first);
    }
    CHECK(initials > 2);
  }
}

TEST_CASE("no packet is without a frame", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender, stage::start, noting());
    for (auto const until : {stage::handshake, stage::complete, stage::confirmed}) {
      peer.pass(1s);
      peer.advance_to(until);
    }
    auto const id = peer.victim->open(stream_direction::bidirectional);
    REQUIRE(peer.victim->write(*id, repeated(20'000)));
    for (int i = 0; i < 30; ++i) {
      peer.pass(100ms);
      peer.send(one_rtt, ping);
      if (i % 3 == 0) peer.acknowledge(one_rtt);
    }
    peer.victim->close(0, "", peer.now);
    peer.pass(1s);
    CHECK(peer.packets.size() > 30);
    for (auto const& one : peer.packets) CHECK_FALSE(one.frames.empty());
  }
}

TEST_CASE("each packet number space is acknowledged in itself", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender, stage::start, noting());
    // Numbers that are not to be mistaken for those of another space.
    packet_options first;
    first.number = 1000;
    peer.send(initial, ping, first);
    peer.advance_to(stage::handshake);
    first.number = 3000;
    peer.send(handshake, ping, first);
    peer.absorb();
    peer.advance_to(stage::complete);
    first.number = 5000;
    peer.send(one_rtt, ping, first);
    peer.advance_to(stage::confirmed);
    peer.send(one_rtt, ping + ping);
    peer.pass(1s);
    std::set<encryption_level> acked;
    for (auto const& one : peer.packets) {
      if (!one.acked) continue;
      acked.insert(one.level);
      auto const floor = one.level == initial ? 1000U : one.level == handshake ? 3000U : 5000U;
      CHECK(*one.acked >= floor);
      CHECK(*one.acked < floor + 1000);
    }
    CHECK(acked == std::set{initial, handshake, one_rtt});
  }
}

TEST_CASE("a packet that breaks the rules is not acknowledged", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto const number = at.peer.next_number(one_rtt);
    at.peer.send(one_rtt, ping + numbers({0x1a}));
    for (int i = 0; i < 20; ++i) {
      at.peer.absorb();
      at.peer.send(one_rtt, ping);
    }
    CHECK(at.peer.victim->closing());
    for (auto const& one : at.peer.packets) CHECK(one.acked.value_or(0) < number);
  }
}

TEST_CASE("most packets that only acknowledge ask for no answer", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    at.peer.acknowledge(one_rtt);
    at.peer.absorb();
    at.peer.packets.clear();
    for (int i = 0; i < 200; ++i) {
      at.peer.send(one_rtt, ping);
      at.peer.pass(30ms);
    }
    auto const silent = std::count_if(at.peer.packets.begin(), at.peer.packets.end(),
                                      [](auto const& one) { return one.acked && !one.is_ack_eliciting(); });
    CHECK(silent > 100);
  }
}

TEST_CASE("a connection ID is not retired in a packet to itself", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto& peer = at.peer;
    auto const fill_of = [](std::uint64_t sequence) {
      return static_cast<std::uint8_t>(sequence == 0 ? 0xbb : sequence);
    };
    for (std::uint8_t n = 1; n < 5; ++n) peer.send(one_rtt, new_id(n, 0, n, n));
    peer.absorb();
    REQUIRE(peer.victim->rotate_connection_id());
    peer.absorb();
    peer.send(one_rtt, new_id(5, 4, 5, 5) + new_id(6, 5, 6, 6));
    peer.absorb();
    std::set<std::uint64_t> retired;
    for (auto const& one : peer.packets)
      for (auto const sequence : one.retired) {
        retired.insert(sequence);
        CHECK(one.destination != *connection_id::from(repeated(8, fill_of(sequence))));
      }
    CHECK(retired == std::set<std::uint64_t>{0, 1, 2, 3, 4});
  }
}

TEST_CASE("a reset that is lost says the same when it is sent again", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto& peer = at.peer;
    peer.acknowledge(one_rtt);
    auto const id = peer.victim->open(stream_direction::bidirectional);
    REQUIRE(peer.victim->write(*id, repeated(5000)));
    peer.absorb();
    REQUIRE(peer.victim->reset(*id, 7));
    peer.absorb();
    for (int i = 0; i < 3; ++i) {
      // What the application says later changes nothing.
      static_cast<void>(peer.victim->reset(*id, 8));
      static_cast<void>(peer.victim->write(*id, repeated(100)));
      for (int later = 0; later < 5; ++later) {
        peer.victim->ping();
        peer.absorb();
      }
      peer.send(one_rtt, ack(newest(peer), newest(peer)));
      peer.absorb();
    }
    std::size_t resets = 0;
    for (auto const& one : peer.packets) {
      if (!one.reset) continue;
      ++resets;
      CHECK(one.reset->code == 7);
      CHECK(one.reset->final_size == 5000);
    }
    CHECK(resets > 2);
  }
}

TEST_CASE("keys change before what they came with is acknowledged, and never back", "[bad_input][rfc9001]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, noting());
    auto& peer = at.peer;
    for (std::uint64_t phase = 1; phase < 4; ++phase) {
      peer.victim->ping();
      peer.absorb();
      auto const number = peer.next_number(one_rtt);
      peer.send(one_rtt, ack(newest(peer), newest(peer)) + ping, {.phase = phase});
      peer.send(one_rtt, ping, {.phase = phase});
      peer.pass(3s);
      std::size_t acks = 0;
      for (auto const& one : peer.packets) {
        if (one.level != one_rtt || one.acked.value_or(0) < number) continue;
        ++acks;
        CHECK(one.phase >= phase);
      }
      CHECK(acks > 0);
    }
    std::vector<packet_seen> in_order;
    for (auto const& one : peer.packets)
      if (one.level == one_rtt) in_order.push_back(one);
    std::sort(in_order.begin(), in_order.end(), [](auto const& a, auto const& b) { return a.number < b.number; });
    CHECK(std::is_sorted(in_order.begin(), in_order.end(),
                         [](auto const& a, auto const& b) { return a.phase < b.phase; }));
    CHECK(in_order.back().phase == 3);
  }
}

TEST_CASE("a handshake is said to be done by a server alone, and not before it is", "[bad_input][rfc9000]") {
  hostile_peer client(role::client, stage::handshake);
  client.pass(2s);
  CHECK(client.frames[0x1e] == 0);
  client.advance_to(stage::complete);
  CHECK(client.frames[0x1e] > 0);
  // It has nothing to give for a later connection.
  client.advance_to(stage::confirmed);
  client.pass(2s);
  CHECK(client.frames[0x07] == 0);
  hostile_peer server(role::server, stage::confirmed);
  server.pass(2s);
  CHECK(server.frames[0x1e] == 0);
  CHECK(server.frames[0x07] == 0);
}

TEST_CASE("datagrams count for the limit of three times whatever is in them", "[bad_input][rfc9000]") {
  hostile_peer peer(role::client);
  peer.send_handshake(initial);
  // Lost until the limit is reached.
  for (int i = 0; i < 40; ++i) peer.pass(200ms);
  auto const blocked = peer.bytes_sent_by_victim;
  CHECK(blocked > 2 * peer.bytes_sent_to_victim);
  auto const received = peer.victim->statistics().packets_received;
  // RFC 9000 8.1: bytes of packets that are thrown away count, too.
  peer.send(handshake, repeated(1000), {.forged = true});
  peer.pass(2s);
  CHECK(peer.victim->statistics().packets_received == received);
  CHECK(peer.bytes_sent_by_victim > blocked);
  CHECK(peer.bytes_sent_by_victim <= 3 * peer.bytes_sent_to_victim);
}
