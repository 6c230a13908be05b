// SPDX-License-Identifier: BSL-1.0
// Classes of attacks that other implementations have fallen to and that no other file here is about; docs/hardening.md
// has the whole list.
#include "live_heap.hpp"
#include "outcome.hpp"

#include <quoin/endpoint/connection_table.hpp>
#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/wire/packet/retry.hpp>

#include <random>
#include <set>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

constexpr auto bidi = stream_direction::bidirectional;
constexpr auto uni = stream_direction::unidirectional;

/// What may be a packet whose keys are still to come is held, within its cap, and nothing else happens.
void check_only_held(scene& at) {
  CHECK(at.peer.victim->held_bytes() <= at.held_before + limits::undecryptable_bytes);
  at.note_what_is_kept();
  at.check_ignored();
}

}  // namespace

TEST_CASE("a handshake byte far ahead costs no memory", "[bad_input][limits][cve_class_crypto_offset_allocation]") {
  for (auto const sender : both_roles)
    for (std::uint64_t const offset : {std::uint64_t{60'000}, std::uint64_t{10'000'000}, varint_max - 1}) {
      CAPTURE(name_of_role(sender), offset);
      hostile_peer peer(sender);
      auto const datagram = peer.packet(initial, crypto(offset, {7}) + repeated(1180));
      auto const before = live_heap_bytes();
      peer.deliver(datagram);
      CHECK(live_heap_bytes() < before + 8 * 1024);
      CHECK(peer.victim->closing() == (offset > limits::crypto_buffer));
      if (peer.victim->closing())
        CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(error_code::crypto_buffer_exceeded));
    }
}

TEST_CASE("packets in one datagram for somebody else are counted once and kept nowhere",
          "[bad_input][limits][cve_class_coalesced_mismatch]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::handshake);
    auto& peer = at.peer;
    auto const stranger = *connection_id::from(repeated(8, 0x99));
    auto const datagram = peer.packet(handshake, ping, {.forged = true}) +
                          peer.packet(handshake, ping, {.destination = stranger}) +
                          peer.packet(handshake, ping, {.destination = stranger});
    peer.deliver(datagram);
    auto const before = live_heap_bytes();
    auto const bytes_before = peer.victim->statistics().bytes_received;
    for (int i = 0; i < 2000; ++i) peer.deliver(datagram);
    CHECK(peer.victim->statistics().bytes_received == bytes_before + 2000 * datagram.size());
    CHECK(live_heap_bytes() <= before + 1024);
    at.check_ignored();
  }
}

TEST_CASE("streams that are written, stopped and reset at once keep to their states",
          "[bad_input][cve_class_stop_sending_meets_data]") {
  for (auto const sender : both_roles)
    for (unsigned seed = 0; seed < 200; ++seed) {
      CAPTURE(name_of_role(sender), seed);
      hostile_peer peer(sender, stage::confirmed);
      std::mt19937 random{seed};
      auto const pick = [&](std::size_t below) { return random() % below; };
      for (int step = 0; step < 60 && !peer.victim->closing(); ++step) {
        auto const own = peer.own_stream(pick(2) == 0 ? bidi : uni, pick(3));
        auto const theirs = stream_id{peer.victims_stream(pick(2) == 0 ? bidi : uni, pick(3))};
        auto const any = stream_id{pick(2) == 0 ? own : theirs.value()};
        bytes room(50);
        switch (pick(10)) {
          case 0: peer.send(one_rtt, stream(own, pick(3) * 10, repeated(10), pick(4) == 0)); break;
          case 1: peer.send(one_rtt, numbers({0x04, own, 7, 30})); break;
          case 2: peer.send(one_rtt, numbers({0x05, (own & 2) == 0 ? own : theirs.value(), 9})); break;
          case 3: peer.send(one_rtt, numbers({0x11, theirs.value(), 1000 + pick(1000)})); break;
          case 4: static_cast<void>(peer.victim->open(pick(2) == 0 ? bidi : uni)); break;
          case 5: static_cast<void>(peer.victim->write(any, byte_view{room})); break;
          case 6: static_cast<void>(peer.victim->stop_sending(any, 3)); break;
          case 7: static_cast<void>(peer.victim->reset(any, 4)); break;
          case 8: static_cast<void>(peer.victim->read(any, room, peer.now)); break;
          default: peer.pass(10ms); break;
        }
      }
      if (auto const& why = peer.victim->close_reason()) {
        // Only the rules that the peer broke: sizes, or streams that nobody opened.
        CHECK((why->code == static_cast<std::uint64_t>(error_code::final_size_error) ||
               why->code == static_cast<std::uint64_t>(error_code::stream_state_error)));
      }
    }
}

TEST_CASE("no credit is given beyond the largest number", "[bad_input][cve_class_credit_overflow]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.connection_window = options.settings.max_connection_window = byte_count{1} << 40;
    options.settings.stream_window = options.settings.max_stream_window = byte_count{1} << 40;
    hostile_peer peer(sender, stage::confirmed, options);
    auto const id = stream_id{peer.own_stream(bidi)};
    peer.send(one_rtt,
              stream(id.value(), 0, repeated(1000)) + numbers({0x10, varint_max, 0x11, id.value(), varint_max}));
    bytes room(2000);
    static_cast<void>(peer.victim->read(id, room, peer.now));
    peer.pass(1s);
    CHECK_FALSE(peer.victim->closing());
    CHECK(peer.closes.empty());
  }
}

TEST_CASE("one byte at the end of every window moves no limit", "[bad_input][limits][cve_class_credit_by_offset]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    peer_options options;
    options.settings.stream_window = options.settings.max_stream_window = 10'000;
    options.settings.connection_window = options.settings.max_connection_window = 1'000'000;
    options.settings.bidi_streams = 90;
    hostile_peer peer(sender, stage::confirmed, options);
    peer.frames.clear();
    auto const before = live_heap_bytes();
    for (std::uint64_t i = 0; i < 90; ++i) {
      auto const datagram = stream(peer.own_stream(bidi, i), 9'999, {7});
      peer.send(one_rtt, datagram);
      peer.pass(5ms);
    }
    CHECK_FALSE(peer.victim->closing());
    CHECK(peer.victim->held_bytes() == 90);
    CHECK(live_heap_bytes() < before + 90 * (chunk::capacity + 1024) + 64 * 1024);
    CHECK(peer.frames[0x10] + peer.frames[0x11] + peer.frames[0x12] == 0);
  }
}

TEST_CASE("leaps in packet numbers cost nothing", "[bad_input][limits][cve_class_number_gap]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto number = at.peer.next_number(one_rtt);
    std::size_t before = 0;
    for (int i = 0; i < 400; ++i) {
      number += (packet_number{1} << 30) + 1;
      at.peer.send(one_rtt, ping, {.number = number});
      at.peer.absorb();
      if (i == 100) before = live_heap_bytes();
    }
    CHECK(live_heap_bytes() <= before + 16 * 1024);
    CHECK(at.peer.acked_by_victim.back() == number);
    at.check_ignored(false);
  }
}

TEST_CASE("datagrams of every size are endured", "[bad_input][cve_class_large_datagram]") {
  for (auto const sender : both_roles)
    for (auto const until : {stage::start, stage::handshake, stage::confirmed})
      for (std::size_t const size :
           {std::size_t{1}, std::size_t{1199}, std::size_t{1500}, std::size_t{9000}, std::size_t{65527}})
        for (unsigned const first : {0x40U, 0x80U, 0xc0U, 0xd0U, 0xe0U, 0xf0U}) {
          CAPTURE(name_of_role(sender), static_cast<int>(until), size, first);
          scene at(sender, until);
          bytes datagram{static_cast<std::uint8_t>(first), 0, 0, 0, static_cast<std::uint8_t>(tested_version()), 8};
          auto const id = at.peer.victim_id().view();
          datagram.insert(datagram.end(), id.begin(), id.end());
          datagram.resize(size, 0x5a);
          at.peer.deliver(datagram);
          check_only_held(at);
        }
}

TEST_CASE("an arrival without a segment size is one datagram", "[bad_input][cve_class_segment_size_zero]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto datagram = at.peer.packet(one_rtt, ping);
    auto const path = sender == role::client ? network_path{server_address, client_address}
                                             : network_path{client_address, server_address};
    at.peer.victim->receive({path, datagram, 0, ecn::not_ect}, at.peer.now);
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 1);
    bytes nothing;
    for (int i = 0; i < 1000; ++i) at.peer.victim->receive({path, nothing, 0, ecn::not_ect}, at.peer.now);
    at.check_ignored(false);
  }
}

TEST_CASE("IDs that collide under one key do not under another",
          "[bad_input][cve_class_hash_flood][cve_class_own_id_collision]") {
  // A thousand IDs whose hashes agree in their low bits under a key that an attacker has learnt.
  hash_key const known{1, 2};
  hash_key const ours{3, 4};
  constexpr std::size_t buckets = 1024;
  std::mt19937_64 random{5};
  std::vector<connection_id> colliding;
  while (colliding.size() < 1000) {
    bytes id(8);
    for (auto& byte : id) byte = static_cast<std::uint8_t>(random());
    if (siphash(known, id) % buckets == 0) colliding.push_back(*connection_id::from(id));
  }
  std::set<std::uint64_t> used;
  for (auto const& id : colliding) used.insert(siphash(ours, id.view()) % buckets);
  CHECK(used.size() > buckets / 2);
  connection_table table{ours};
  for (std::uint32_t i = 0; i < colliding.size(); ++i) CHECK(table.add(colliding[i], i));
  for (std::uint32_t i = 0; i < colliding.size(); ++i) CHECK(table.find(colliding[i]) == i);
  // An ID that leads somewhere is not led elsewhere.
  CHECK_FALSE(table.add(colliding[0], 77));
  CHECK(table.find(colliding[0]) == 0U);
}

TEST_CASE("a frame type cut in its middle ends the connection", "[bad_input][cve_class_cut_frame_type]") {
  for (auto const sender : both_roles)
    for (unsigned const start : {0x40U, 0x80U, 0xc0U}) {
      CAPTURE(name_of_role(sender), start);
      scene at(sender);
      at.peer.send(one_rtt, ping + bytes{static_cast<std::uint8_t>(start)});
      at.peer.absorb();
      REQUIRE(at.peer.closes.size() == 1);
      CHECK(at.peer.closes[0].code == static_cast<std::uint64_t>(error_code::frame_encoding_error));
      at.check_data_kept();
    }
}

TEST_CASE("type bits of another version mean something else", "[bad_input][rfc9369]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::start);
    for (unsigned const shift : {0x10U, 0x20U, 0x30U}) {
      auto datagram = at.peer.packet(initial, ping + repeated(1180));
      datagram[0] ^= static_cast<std::uint8_t>(shift);
      at.peer.deliver(datagram);
    }
    check_only_held(at);
  }
}

TEST_CASE("a Retry under another version's key is ignored", "[bad_input][rfc9369]") {
  hostile_peer peer(role::server);
  bytes room(200);
  byte_writer writer{room};
  wire::write_retry_without_tag(writer, tested_version(), peer.victim_id(), *connection_id::from(repeated(8, 3)),
                                repeated(40, 9), 5);
  writer.bytes(retry_integrity_tag<null_protection>(other_version(), peer.first_destination(), writer.written()));
  room.resize(writer.size());
  peer.deliver(room);
  CHECK_FALSE(peer.victim->retried());
  peer.advance_to(stage::confirmed);
  CHECK(peer.victim->confirmed());
}
