// SPDX-License-Identifier: BSL-1.0
// Much of the same: whatever a peer repeats without end, a connection's memory stays where it is.
#include "live_heap.hpp"
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

constexpr auto bidi = stream_direction::bidirectional;
constexpr auto uni = stream_direction::unidirectional;

/// What the peer keeps about what it heard is not the victim's memory.
void forget_what_was_heard(hostile_peer& peer) {
  peer.acked_by_victim = {};
  peer.path_responses = {};
  peer.stream_data = {};
  peer.issued_ids = {};
  peer.retired_ids = {};
  peer.closes = {};
}

struct growth {
  std::size_t early = 0;
  std::size_t late = 0;
};

/// Does `step(i)` often, sending what the victim has to say in between, and measures the memory on the way.
template <class Step>
growth flood(hostile_peer& peer, std::uint64_t times, Step step) {
  growth seen;
  for (std::uint64_t i = 0; i < times; ++i) {
    step(i);
    if (i % 8 == 7) peer.absorb();
    if (i == times / 4 || i + 1 == times) {
      forget_what_was_heard(peer);
      (i + 1 == times ? seen.late : seen.early) = live_heap_bytes();
    }
  }
  return seen;
}

/// For floods that would end a connection before they are over.
peer_options very_patient() {
  peer_options options;
  options.settings.nuisance_burst = 1'000'000;
  return options;
}

/// Three quarters of a flood after its first quarter must not cost more than a few buffers.
constexpr std::size_t tolerance = 32 * 1024;

}  // namespace

TEST_CASE("floods of frames that ask for nothing cost no memory", "[bad_input][limits][cve_class_blocked_spin]") {
  struct row {
    char const* name;
    std::function<bytes(hostile_peer&, std::uint64_t)> payload;
  };
  std::vector<row> const rows{
      {"PING", [](hostile_peer&, std::uint64_t) { return ping; }},
      {"many PINGs a packet", [](hostile_peer&, std::uint64_t) { return repeated(1000, 0x01); }},
      {"PATH_CHALLENGE",
       [](hostile_peer&, std::uint64_t i) { return bytes{0x1a} + repeated(8, static_cast<std::uint8_t>(i)); }},
      {"PATH_RESPONSE", [](hostile_peer&, std::uint64_t) { return bytes{0x1b} + repeated(8); }},
      {"MAX_DATA",
       [](hostile_peer&, std::uint64_t i) {
         return numbers({0x10, i});
       }},
      {"MAX_STREAMS",
       [](hostile_peer&, std::uint64_t i) {
         return numbers({0x12, i, 0x13, i});
       }},
      {"DATA_BLOCKED",
       [](hostile_peer&, std::uint64_t i) {
         return numbers({0x14, i});
       }},
      {"STREAMS_BLOCKED",
       [](hostile_peer&, std::uint64_t i) {
         return numbers({0x16, i, 0x17, i});
       }},
      {"STREAM_DATA_BLOCKED on every stream",
       [](hostile_peer& p, std::uint64_t i) {
         return numbers({0x15, p.own_stream(bidi, i % 100), i});
       }},
      {"MAX_STREAM_DATA on every stream",
       [](hostile_peer& p, std::uint64_t i) {
         return numbers({0x11, p.own_stream(bidi, i % 100), i});
       }},
      {"RESET_STREAM on every stream",
       [](hostile_peer& p, std::uint64_t i) {
         return numbers({0x04, p.own_stream(uni, i % 100), 7, 0});
       }},
      {"STOP_SENDING on every stream",
       [](hostile_peer& p, std::uint64_t i) {
         return numbers({0x05, p.own_stream(bidi, i % 100), i});
       }},
      {"empty STREAM on every stream",
       [](hostile_peer& p, std::uint64_t i) { return stream(p.own_stream(uni, i % 100), 0, {}); }},
      {"one byte at the end of every stream's window",
       [](hostile_peer& p, std::uint64_t i) { return stream(p.own_stream(uni, i % 3), (1 << 20) - 1, {7}); }},
      {"the same NEW_CONNECTION_ID", [](hostile_peer&, std::uint64_t) { return new_id(1, 0, 1, 1); }},
      {"the same RETIRE_CONNECTION_ID",
       [](hostile_peer&, std::uint64_t) {
         return numbers({0x19, 1});
       }},
      {"PADDING", [](hostile_peer&, std::uint64_t) { return repeated(1000); }},
      {"the same ACK",
       [](hostile_peer& p, std::uint64_t) {
         return ack(p.received(one_rtt).front().begin, 0 + p.received(one_rtt).front().begin);
       }},
  };
  for (auto const sender : both_roles)
    for (auto const& r : rows) {
      CAPTURE(name_of_role(sender), r.name);
      scene at(sender);
      auto const seen = flood(at.peer, 8000, [&](std::uint64_t i) { at.peer.send(one_rtt, r.payload(at.peer, i)); });
      CHECK_FALSE(at.peer.victim->closing());
      CHECK(seen.late <= seen.early + tolerance);
    }
}

TEST_CASE("a NEW_TOKEN flood costs the memory of one token", "[bad_input][limits]") {
  scene at(role::server, stage::confirmed, very_patient());
  auto const seen = flood(at.peer, 8000, [&](std::uint64_t i) {
    at.peer.send(one_rtt, numbers({0x07, 700 + i % 100}) + repeated(700 + i % 100, 1));
    at.peer.send(one_rtt, numbers({0x07, 100}) + repeated(100, 1));
  });
  CHECK(seen.late <= seen.early + tolerance);
  at.check_ignored(false);
}

TEST_CASE("challenges to a victim whose answers are not acknowledged are answered by a few",
          "[bad_input][limits][cve_class_owed_path_responses]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, very_patient());
    bytes payload;
    for (std::uint8_t i = 0; i < 100; ++i) payload = std::move(payload) + bytes{0x1a} + repeated(8, i);
    at.peer.send(one_rtt, payload);
    at.peer.absorb();
    CHECK(at.peer.path_responses.size() == limits::path_responses);
    CHECK(at.peer.path_responses.back() == std::array<std::uint8_t, 8>{99, 99, 99, 99, 99, 99, 99, 99});
    // Without acknowledgements the congestion window is the end of it.
    auto const before = at.peer.bytes_sent_by_victim;
    for (int i = 0; i < 2000; ++i) {
      at.peer.send(one_rtt, payload);
      at.peer.absorb();
    }
    CHECK(at.peer.victim->statistics().bytes_in_flight <= at.peer.victim->statistics().congestion_window);
    // What goes on being sent is ACKs, not answers.
    CHECK(at.peer.bytes_sent_by_victim - before < 2000 * 100 + 40'000);
    at.check_ignored(false);
  }
}

TEST_CASE("packets that only acknowledge are not acknowledged",
          "[bad_input][rfc9000][cve_class_unacknowledged_ack_packets]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const newest = at.peer.received(one_rtt).back().end - 1;
    at.peer.pass(100ms);
    auto const before = at.peer.datagrams;
    for (int i = 0; i < 5000; ++i) {
      at.peer.send(one_rtt, ack(newest, newest));
      at.peer.absorb();
    }
    CHECK(at.peer.datagrams == before);
    at.check_ignored(false);
  }
}

TEST_CASE("a peer that leaves out every second number costs a fixed number of ranges",
          "[bad_input][limits][cve_class_own_ack_ranges]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const first = at.peer.next_number(one_rtt) + 1;
    auto const seen =
        flood(at.peer, 20'000, [&](std::uint64_t i) { at.peer.send(one_rtt, ping, {.number = first + 2 * i}); });
    CHECK(seen.late <= seen.early + tolerance);
    at.check_ignored(false);
  }
}

TEST_CASE("a stream in single bytes with holes costs memory in proportion to its credit",
          "[bad_input][limits][cve_class_stream_fragments]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    auto const id = at.peer.own_stream(uni);
    auto const before = live_heap_bytes();
    std::uint64_t offset = 1;
    for (; offset < 2 * limits::stream_gaps && !at.peer.victim->closing(); offset += 2)
      at.peer.send(one_rtt, stream(id, offset, {7}));
    CHECK_FALSE(at.peer.victim->closing());
    CHECK(at.peer.victim->held_bytes() == at.held_before + limits::stream_gaps);
    CHECK(live_heap_bytes() < before + 128 * 1024);
    at.note_what_is_kept();
    at.peer.send(one_rtt, stream(id, offset + 1, {7}));
    at.check_closed(error_code::protocol_violation, 0x0e);
  }
}

TEST_CASE("opening and resetting streams without end costs nothing that stays",
          "[bad_input][limits][cve_class_credit_before_cleanup]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    std::uint64_t next = 0;
    std::uint64_t refused = 0;
    auto const seen = flood(at.peer, 20'000, [&](std::uint64_t i) {
      if (at.peer.victim->closing()) return;
      // The application takes its events, and the peer learns of new credit by acknowledging.
      while (at.peer.victim->next_event()) {
      }
      if (at.peer.frames[0x13] > refused || next < 90) {
        refused = at.peer.frames[0x13];
        for (int k = 0; k < 40 && next < 90 + 20 * refused; ++k)
          at.peer.send(one_rtt, numbers({0x04, at.peer.own_stream(uni, next++), 7, 0}));
      }
      at.peer.send(one_rtt, ping);
      if (i % 16 == 0) at.peer.acknowledge(one_rtt);
    });
    CHECK(seen.late <= seen.early + tolerance);
    CHECK(at.peer.victim->open_streams() <= 101);
  }
}

TEST_CASE("packets that nobody can open yet are held up to a cap", "[bad_input][limits]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    hostile_peer peer(sender);
    peer.send_handshake(initial);
    bytes datagram{0x43};
    if (sender == role::client) peer.absorb();
    datagram.insert(datagram.end(), peer.victim_id().view().begin(), peer.victim_id().view().end());
    datagram.resize(1200, 0x33);
    for (int i = 0; i < 1000; ++i) peer.deliver(datagram);
    CHECK(peer.victim->held_bytes() <= limits::undecryptable_bytes);
    CHECK(peer.victim->held_bytes() / 1200 <= limits::undecryptable_packets);
    CHECK_FALSE(peer.victim->closing());
    peer.absorb();
    peer.advance_to(stage::confirmed);
    CHECK(peer.victim->confirmed());
    CHECK(peer.victim->held_bytes() == 0);
  }
}

TEST_CASE("forged packets cost nothing and get no answer", "[bad_input][limits][cve_class_unauthenticated_end]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    at.peer.pass(100ms);
    auto const before = at.peer.datagrams;
    auto const seen = flood(at.peer, 20'000, [&](std::uint64_t) { at.peer.send(one_rtt, ping, {.forged = true}); });
    CHECK(at.peer.datagrams == before);
    CHECK(seen.late <= seen.early + tolerance);
    at.check_ignored();
  }
}

namespace {

/// What makes work for its receiver and need not lead to anything.
struct nuisance {
  char const* name;
  std::uint64_t type;
  bytes payload;
  std::optional<role> only_from{};
};

std::vector<nuisance> nuisances_to(hostile_peer const& peer) {
  return {
      {"RESET_STREAM", 0x04, numbers({0x04, peer.own_stream(uni), 7, 0})},
      {"STOP_SENDING", 0x05, numbers({0x05, peer.own_stream(bidi), 7})},
      {"NEW_TOKEN", 0x07, bytes{0x07, 1, 1}, role::server},
      {"STREAM without bytes and without an end", 0x0e, stream(peer.own_stream(uni), 0, {})},
      {"NEW_CONNECTION_ID", 0x18, new_id(1, 0, 1, 1)},
      {"RETIRE_CONNECTION_ID", 0x19, numbers({0x19, 1})},
      {"PATH_CHALLENGE", 0x1a, bytes{0x1a} + repeated(8)},
      {"PATH_RESPONSE", 0x1b, bytes{0x1b} + repeated(8)},
      {"HANDSHAKE_DONE", 0x1e, bytes{0x1e}, role::server},
      {"RESET_STREAM_AT", 0x24, numbers({0x24, peer.own_stream(uni), 7, 0, 0})},
  };
}

}  // namespace

TEST_CASE("frames that lead to nothing are borne as often as the settings say",
          "[bad_input][limits][rfc9000][cve_class_nuisances]") {
  for (auto const sender : both_roles)
    for (auto const& each : nuisances_to(hostile_peer{sender})) {
      if (each.only_from && *each.only_from != sender) continue;
      CAPTURE(name_of_role(sender), each.name);
      peer_options options;
      options.settings.nuisance_burst = 30;
      options.settings.nuisance_rate = 10;
      scene at(sender, stage::confirmed, options);
      // The bucket is full again a while after the handshake, which has frames of these kinds, too.
      at.peer.now += 10s;
      for (int i = 0; i < 30; ++i) at.peer.send(one_rtt, each.payload);
      REQUIRE_FALSE(at.peer.victim->closing());
      // Time brings more of them, and nothing else does.
      at.peer.now += 100ms;
      at.peer.send(one_rtt, ping);
      at.peer.send(one_rtt, each.payload);
      REQUIRE_FALSE(at.peer.victim->closing());
      at.peer.send(one_rtt, each.payload);
      at.peer.absorb();
      REQUIRE(at.peer.victim->closing());
      CHECK(name_of(static_cast<error_code>(at.peer.victim->close_reason()->code)) ==
            name_of(error_code::protocol_violation));
      REQUIRE(at.peer.closes.size() == 1);
      CHECK(at.peer.closes[0].frame_type == each.type);
      CHECK(at.peer.closes[0].level == one_rtt);
    }
}

TEST_CASE("frames that lead to nothing now and then are borne for ever", "[bad_input][limits][rfc9000]") {
  peer_options options;
  options.settings.nuisance_burst = 30;
  options.settings.nuisance_rate = 10;
  scene at(role::client, stage::confirmed, options);
  for (int i = 0; i < 1000; ++i) {
    at.peer.now += 100ms;
    at.peer.send(one_rtt, bytes{0x1a} + repeated(8, static_cast<std::uint8_t>(i)));
    if (i % 8 == 0) at.peer.absorb();
  }
  at.check_ignored(false);
}
