// SPDX-License-Identifier: BSL-1.0
// Acknowledgements of what was never sent, and others that lie.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

constexpr auto violation = error_code::protocol_violation;

packet_number newest(hostile_peer const& peer, encryption_level level = one_rtt) {
  return peer.received(level).back().end - 1;
}

}  // namespace

TEST_CASE("an acknowledgement of what was never sent ends the connection",
          "[bad_input][rfc9000][cve_class_unsent_ack]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    for (std::uint64_t const beyond : {std::uint64_t{1}, std::uint64_t{1000}, varint_max / 2}) {
      scene at(sender);
      auto const number = newest(at.peer) + beyond;
      at.peer.send(one_rtt, ack(number, number));
      at.check_closed(violation, 0x02);
    }
    scene start(sender, stage::start);
    start.peer.send(initial, ack(50, 50));
    start.check_closed(violation, 0x02, {initial});
    scene in_handshake(sender, stage::handshake);
    in_handshake.peer.send(handshake, ack(50, 50));
    in_handshake.check_closed(violation, 0x02,
                              sender == role::client ? std::vector{handshake, one_rtt} : std::vector{handshake});
  }
}

TEST_CASE("an acknowledgement of a number left out ends the connection",
          "[bad_input][rfc9000][cve_class_optimistic_ack]") {
  for (auto const sender : both_roles)
    for (bool const alone : {true, false}) {
      CAPTURE(name_of_role(sender), alone);
      scene at(sender);
      auto& peer = at.peer;
      for (int i = 0; i < 3000 && peer.received(one_rtt).size() < 2; ++i) {
        peer.victim->ping();
        peer.absorb();
        if (peer.received(one_rtt).size() < 2) peer.send(one_rtt, ack(newest(peer), newest(peer)));
      }
      REQUIRE(peer.received(one_rtt).size() == 2);
      auto const left_out = peer.received(one_rtt).front().end;
      peer.send(one_rtt, alone ? ack(left_out, left_out) : ack(newest(peer), 0));
      at.check_closed(violation, 0x02);
    }
}

TEST_CASE("a malformed acknowledgement acknowledges nothing", "[bad_input][rfc9000][cve_class_half_applied_ack]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.victim->ping();
    at.peer.absorb();
    auto const before = at.peer.victim->statistics().bytes_in_flight;
    REQUIRE(before > 0);
    at.peer.send(one_rtt, numbers({0x02, newest(at.peer), 0, 1, 0, newest(at.peer), 0}));
    CHECK(at.peer.victim->statistics().bytes_in_flight == before);
    at.check_closed(error_code::frame_encoding_error, 0x02);
  }
}

TEST_CASE("counts of marks that cannot be only turn the marking off", "[bad_input][rfc9000][cve_class_ack_ecn]") {
  // Pings that are acknowledged with true counts; the marks that they came with.
  auto const marks_of_pings = [](hostile_peer& peer) {
    peer.packets.clear();
    for (int i = 0; i < 15; ++i) {
      peer.victim->ping();
      peer.absorb();
      peer.acknowledge(one_rtt);
    }
    std::vector<ecn> marks;
    for (auto const& one : peer.packets) marks.push_back(one.mark);
    return marks;
  };
  peer_options options;
  options.reports_marks = options.notes_packets = true;
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    for (auto const& counts : {numbers({0, 0, 0}), numbers({0, 1000, 0}), numbers({varint_max, 0, 0}),
                               numbers({1, 0, varint_max}), numbers({0, 0, 1'000'000})}) {
      scene at(sender, stage::confirmed, options);
      // True counts keep the marks on.
      CHECK(marks_of_pings(at.peer) == std::vector<ecn>(15, ecn::ect0));
      auto const id = at.peer.victim->open(stream_direction::bidirectional);
      REQUIRE(at.peer.victim->write(*id, repeated(5000)));
      at.peer.absorb();
      auto const window = at.peer.victim->statistics().congestion_window;
      for (int i = 0; i < 5; ++i) {
        auto const n = newest(at.peer);
        at.peer.send(one_rtt, numbers({0x03, n, 0, 0, 0}) + counts);
        at.peer.victim->ping();
        at.peer.absorb();
      }
      CHECK(at.peer.victim->statistics().congestion_window >= window / 2);
      // RFC 9000 13.4.2.1: off they are, whatever is reported later.
      CHECK(marks_of_pings(at.peer) == std::vector<ecn>(15, ecn::not_ect));
      CHECK_FALSE(at.peer.victim->closing());
    }
  }
}

TEST_CASE("however much is reported lost, two datagrams may be in flight", "[bad_input][rfc9002]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const id = at.peer.victim->open(stream_direction::bidirectional);
    for (int round = 0; round < 60; ++round) {
      REQUIRE(at.peer.victim->write(*id, repeated(8000)));
      at.peer.pass(200ms);
      at.peer.send(one_rtt, ack(newest(at.peer), newest(at.peer)));
    }
    CHECK(at.peer.victim->statistics().packets_lost > 0);
    CHECK(at.peer.victim->statistics().congestion_window >= 2 * 1200);
    CHECK_FALSE(at.peer.victim->closing());
  }
}
