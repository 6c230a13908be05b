// SPDX-License-Identifier: BSL-1.0
// Packets whose headers are wrong, cut, repeated or meant for somebody else.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

using levels = std::vector<encryption_level>;

/// The long header of an Initial or a Handshake packet, up to and with its connection IDs.
bytes long_start(unsigned type_in_v1, bytes const& destination, bytes const& source) {
  auto const v = static_cast<std::uint32_t>(tested_version());
  unsigned const type = tested_version() == version::v2 ? type_in_v1 + 1 : type_in_v1;
  bytes start{static_cast<std::uint8_t>(0xc0U | type << 4), static_cast<std::uint8_t>(v >> 24),
              static_cast<std::uint8_t>(v >> 16 & 0xff),    static_cast<std::uint8_t>(v >> 8 & 0xff),
              static_cast<std::uint8_t>(v & 0xff),          static_cast<std::uint8_t>(destination.size())};
  start = start + destination;
  start.push_back(static_cast<std::uint8_t>(source.size()));
  return start + source;
}

bytes initial_start(bytes const& destination, bytes const& source) {
  return long_start(0, destination, source);
}

bytes of(connection_id const& id) {
  return {id.view().begin(), id.view().end()};
}

bytes padded(bytes datagram, std::size_t size = 1200) {
  datagram.resize(size);
  return datagram;
}

}  // namespace

TEST_CASE("reserved bits in an authentic 1-RTT packet end the connection", "[bad_input][rfc9000]") {
  for (auto const self : both_roles)
    for (unsigned const bits : {0x08U, 0x10U, 0x18U}) {
      CAPTURE(name_of_role(self), bits);
      scene at(self);
      at.peer.send(one_rtt, ping, {.reserved_bits = static_cast<std::uint8_t>(bits)});
      at.check_closed(error_code::protocol_violation, 0);
    }
}

TEST_CASE("reserved bits in an authentic long header end the connection", "[bad_input][rfc9000]") {
  for (auto const self : both_roles)
    for (unsigned const bits : {0x04U, 0x08U, 0x0cU}) {
      CAPTURE(name_of_role(self), bits);
      packet_options const wrong{.reserved_bits = static_cast<std::uint8_t>(bits)};
      scene in_handshake(self, stage::handshake);
      in_handshake.peer.send(handshake, ping, wrong);
      // A server can already seal 1-RTT packets; a client cannot, and has let go of Initial keys.
      in_handshake.check_closed(error_code::protocol_violation, 0,
                                self == role::client ? levels{initial, handshake, one_rtt} : levels{handshake});
      scene in_initial(self, stage::start);
      in_initial.peer.send(initial, ping, wrong);
      in_initial.check_closed(error_code::protocol_violation, 0, {initial});
    }
}

TEST_CASE("reserved bits in a forged packet mean nothing", "[bad_input][rfc9001]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene confirmed(self);
    confirmed.peer.send(one_rtt, ping, {.reserved_bits = 0x18, .forged = true});
    confirmed.check_ignored();
    scene start(self, stage::start);
    start.peer.send(initial, ping, {.reserved_bits = 0x0c, .forged = true});
    start.check_ignored();
  }
}

TEST_CASE("a packet without frames ends the connection", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene confirmed(self);
    confirmed.peer.send(one_rtt, {});
    confirmed.check_closed(error_code::protocol_violation, 0);
    scene in_handshake(self, stage::handshake);
    in_handshake.peer.send(handshake, {});
    in_handshake.check_closed(error_code::protocol_violation, 0,
                              self == role::client ? levels{handshake, one_rtt} : levels{handshake});
    scene start(self, stage::start);
    start.peer.send(initial, {});
    start.check_closed(error_code::protocol_violation, 0, {initial});
  }
}

TEST_CASE("scraps of headers are dropped", "[bad_input][rfc9000][cve_class_long_connection_id]") {
  for (auto const self : both_roles)
    for (auto const until : {stage::start, stage::handshake, stage::confirmed}) {
      CAPTURE(name_of_role(self), static_cast<int>(until));
      scene at(self, until);
      auto const id = of(at.peer.victim_id());
      at.peer.deliver({});
      at.peer.deliver({0x40});
      at.peer.deliver({0xc0, 0, 0, 0, 1});
      at.peer.deliver(initial_start(id, {}));
      at.peer.deliver({0xc0, 0, 0, 0, 1, 200, 1, 2, 3});                             // destination cut
      at.peer.deliver(bytes{0xc0, 0, 0, 0, 1, 8} + repeated(8) + bytes{200, 1, 2});  // source cut
      at.peer.deliver(padded(initial_start(repeated(21, 7), id)));                   // too long for this version
      at.peer.deliver(padded(initial_start(id, repeated(21, 7))));
      for (std::size_t size = 0; size < 1 + id.size() + 4 + 16; ++size) at.peer.deliver(padded(bytes{0x40} + id, size));
      at.check_ignored();
    }
}

TEST_CASE("lengths that lie are dropped", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::start);
    auto const destination = of(self == role::client ? at.peer.first_destination() : at.peer.victim_id());
    auto const header = initial_start(destination, of(at.peer.own_id()));
    at.peer.deliver(padded(header + numbers({1300})));           // a token longer than the datagram
    at.peer.deliver(padded(header + number(varint_max, 8)));     // the longest token there can be
    at.peer.deliver(padded(header + numbers({0, 1200})));        // a packet longer than the datagram
    at.peer.deliver(padded(header + numbers({0, varint_max})));  // the longest packet there can be
    for (std::uint64_t size = 0; size < 20; ++size)              // no room for a sample
      at.peer.deliver(padded(header + numbers({0, size})));
    at.check_ignored();
  }
}

TEST_CASE("a fixed bit of zero is none of ours where the peer was not allowed to clear it", "[bad_input][rfc9000]") {
  peer_options strict;
  strict.settings.grease_quic_bit = false;
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene confirmed(self, stage::confirmed, strict);
    confirmed.peer.send(one_rtt, ping, {.fixed_bit = false});
    confirmed.check_ignored();
    scene start(self, stage::start, strict);
    start.peer.send(initial, bytes{0x1e}, {.fixed_bit = false});
    start.check_ignored();
  }
}

TEST_CASE("a QUIC bit of zero means nothing where the peer was allowed to clear it", "[bad_input][rfc9287]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene confirmed(self);
    confirmed.peer.send(one_rtt, ping, {.fixed_bit = false});
    CHECK(confirmed.peer.victim->statistics().packets_received == confirmed.received_before + 1);
    confirmed.check_ignored(false);
    for (auto const level : {initial, handshake}) {
      scene early(self, level == initial ? stage::start : stage::handshake);
      early.peer.send(level, ping, {.fixed_bit = false});
      CHECK(early.peer.victim->statistics().packets_received == early.received_before + 1);
      CHECK_FALSE(early.peer.victim->closing());
    }
  }
}

TEST_CASE("a client's Initial in a datagram below 1200 bytes is ignored, and one filled up with junk is not",
          "[bad_input][rfc9000]") {
  scene small(role::client, stage::start);
  auto const packet = small.peer.packet(initial, bytes{0x1e});
  small.peer.deliver(padded(packet, 1199));
  small.check_ignored();

  scene junk(role::client, stage::start);
  auto datagram = padded(junk.peer.packet(initial, ping), 1200);
  std::fill(datagram.begin() + 200, datagram.end(), std::uint8_t{0xa7});
  junk.peer.deliver(datagram);
  CHECK(junk.peer.victim->statistics().packets_received == 1);
  CHECK_FALSE(junk.peer.victim->closing());
}

TEST_CASE("a server's Initial with a token is ignored", "[bad_input][rfc9000]") {
  scene at(role::server, stage::start);
  at.peer.send(initial, bytes{0x1e}, {.token = repeated(16, 1)});
  at.check_ignored();
}

TEST_CASE("packets behind one for another connection are ignored",
          "[bad_input][rfc9000][cve_class_coalesced_mismatch]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::handshake);
    auto const stranger = *connection_id::from(repeated(8, 0x99));
    auto datagram = at.peer.packet(handshake, ping) +
                    at.peer.packet(handshake, bytes{0x1e}, {.destination = stranger}) +
                    at.peer.packet(handshake, bytes{0x1e});
    at.peer.deliver(datagram);
    at.check_ignored(false);
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
    CHECK(at.peer.victim->statistics().bytes_received == at.peer.bytes_sent_to_victim);
  }
}

TEST_CASE("a packet that cannot be opened does not hide the one behind it", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::handshake);
    at.peer.deliver(at.peer.packet(handshake, bytes{0x1e}, {.forged = true}) + at.peer.packet(handshake, ping));
    at.check_ignored(false);
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
  }
}

TEST_CASE("of a datagram full of small packets only a few are looked at", "[bad_input][limits]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::handshake);
    auto const before = at.peer.victim->statistics();
    bytes datagram;
    while (datagram.size() < 65'000) datagram = std::move(datagram) + at.peer.packet(handshake, ping);
    at.peer.deliver(datagram);
    at.check_ignored(false);
    auto const after = at.peer.victim->statistics();
    CHECK(after.packets_received - before.packets_received == limits::coalesced_packets);
    CHECK(after.packets_dropped == before.packets_dropped);
  }
}

TEST_CASE("of packets too small to open only a few a datagram are looked at", "[bad_input][limits]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::handshake);
    auto const before = at.peer.victim->statistics().packets_dropped;
    bytes datagram;
    auto const one = long_start(2, of(at.peer.victim_id()), of(at.peer.own_id())) + numbers({0});
    while (datagram.size() < 65'000) datagram = std::move(datagram) + one;
    at.peer.deliver(datagram);
    at.check_ignored();
    CHECK(at.peer.victim->statistics().packets_dropped - before <= limits::coalesced_packets);
  }
}

TEST_CASE("a packet that comes twice counts once", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self);
    auto const id = at.peer.own_stream(stream_direction::bidirectional, 1);
    auto const packet = at.peer.packet(one_rtt, stream(id, 0, text("once")));
    for (int i = 0; i < 3; ++i) at.peer.deliver(packet);
    CHECK(at.peer.victim->held_bytes() == at.held_before + 4);
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
    // Even with other contents, a number is taken only once.
    auto const number = at.peer.next_number(one_rtt) - 1;
    at.peer.send(one_rtt, bytes{0x20}, {.number = number});
    CHECK_FALSE(at.peer.victim->closing());
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
  }
}

TEST_CASE("a packet so old that it may be a repetition is dropped", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self);
    auto const first = at.peer.next_number(one_rtt);
    // Every second number leaves a gap, until the oldest gaps are forgotten.
    for (packet_number i = 0; i < 2 * limits::ack_ranges + 10; ++i)
      at.peer.send(one_rtt, bytes{0x00}, {.number = first + 1 + 2 * i});
    auto const before = at.peer.victim->statistics().packets_received;
    at.peer.send(one_rtt, bytes{0x20}, {.number = first});
    at.check_ignored(false);
    CHECK(at.peer.victim->statistics().packets_received == before + 1);  // the one that `check_ignored` sends
  }
}

TEST_CASE("packets of a level whose keys are gone are ignored", "[bad_input][rfc9001][cve_class_discarded_space]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self);
    at.peer.send(initial, bytes{0x1e});
    at.peer.send(handshake, bytes{0x1e});
    at.peer.send(initial, numbers({0x1c, 0, 0, 0}));
    at.check_ignored();
  }
}

TEST_CASE("a forged close at the Initial level does not reach a client that has gone on",
          "[bad_input][rfc9001][cve_class_unauthenticated_end]") {
  scene at(role::server, stage::complete);
  at.peer.send(initial, numbers({0x1c, 0x0a, 0, 0}));
  at.check_ignored();
}

TEST_CASE("packets of another version are ignored", "[bad_input][rfc9000]") {
  for (auto const self : both_roles)
    for (auto const v : {static_cast<std::uint32_t>(other_version()), 0x00000002U, 0x1a2a3a4aU, 0xffffffffU}) {
      CAPTURE(name_of_role(self), v);
      scene at(self, stage::handshake);
      at.peer.send(handshake, bytes{0x1e}, {.version = v});
      at.peer.send(initial, bytes{0x1e}, {.version = v});
      at.check_ignored();
    }
}

TEST_CASE("once the peer has named itself, packets under another name are ignored", "[bad_input][rfc9000]") {
  for (auto const self : both_roles) {
    CAPTURE(name_of_role(self));
    scene at(self, stage::handshake);
    auto const stranger = *connection_id::from(repeated(8, 0x99));
    at.peer.send(initial, bytes{0x1e}, {.source = stranger});
    at.peer.send(handshake, bytes{0x1e}, {.source = stranger});
    at.check_ignored();
  }
}

TEST_CASE("0-RTT packets are dropped", "[bad_input][rfc9000]") {
  scene at(role::client, stage::handshake);
  for (int i = 0; i < 50; ++i) at.peer.send(early_data, bytes{0x1e});
  at.check_ignored();
}

TEST_CASE("1-RTT packets wait for the end of the handshake, and then arrive",
          "[bad_input][rfc9001][cve_class_early_handshake_done]") {
  scene at(role::client, stage::handshake);
  hostile_peer& peer = at.peer;
  // This client's TLS has made 1-RTT keys already, the server's waits for the Finished.
  auto const id = peer.own_stream(stream_direction::bidirectional);
  peer.send(one_rtt, stream(id, 0, text("soon")));
  CHECK(peer.victim->open_streams() == 0);
  CHECK(peer.victim->held_bytes() > 0);
  peer.send_handshake(handshake);
  peer.absorb();
  REQUIRE(peer.victim->connected());
  CHECK(peer.victim->open_streams() == 1);
  CHECK(peer.victim->held_bytes() == 4);
}

TEST_CASE("packets that waited across two sets of keys are not forgotten",
          "[bad_input][rfc9001][cve_class_early_handshake_done]") {
  hostile_peer peer(role::server);
  auto const hello = peer.packet(initial, crypto(0, peer.handshake_bytes[0]));
  auto const rest = peer.packet(handshake, crypto(0, peer.handshake_bytes[index_of(handshake)]));
  auto const data = peer.packet(one_rtt, bytes{0x1e} + stream(1, 0, text("soon")));
  peer.deliver(data);
  peer.deliver(rest);
  CHECK(peer.victim->held_bytes() == data.size() + rest.size());
  peer.deliver(hello);
  CHECK(peer.victim->connected());
  CHECK(peer.victim->confirmed());
  CHECK(peer.victim->held_bytes() == 4);
}
