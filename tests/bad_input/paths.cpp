// SPDX-License-Identifier: BSL-1.0
// Peers that misuse paths: addresses that change too early, too often or without a proof.
#include "outcome.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <set>

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

bytes challenge(std::uint8_t fill) {
  return bytes{0x1a} + repeated(8, fill);
}
bytes response(std::array<std::uint8_t, 8> const& data) {
  return bytes{0x1b} + bytes{data.begin(), data.end()};
}

socket_address at_port(std::uint16_t port) {
  auto address = client_address;
  address.port = port;
  return address;
}

/// A confirmed server whose client has issued a few connection IDs, with nothing left to say.
struct with_ids : scene {
  with_ids() : scene{role::client, stage::confirmed, {.notes_packets = true}} {
    for (std::uint8_t n = 1; n < 8; ++n) peer.send(one_rtt, new_id(n, 0, n, n));
    peer.acknowledge(one_rtt);
    peer.absorb();
    peer.frames.clear();
    peer.sent_to_port.clear();
    peer.path_challenges.clear();
  }
};

}  // namespace

TEST_CASE("a response to no challenge is ignored", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    scene at{sender};
    at.peer.send(one_rtt, bytes{0x1b} + repeated(8, 7));
    at.check_ignored(false);
  }
}

TEST_CASE("an answer to a challenge that is lost is not said again", "[bad_input][rfc9000][cve_class_lost_probe]") {
  for (auto const sender : both_roles)
    for (bool const known : {true, false}) {
      CAPTURE(name_of_role(sender), known);
      scene at{sender};
      auto& peer = at.peer;
      peer.acknowledge(one_rtt);
      peer.send(one_rtt, challenge(5));
      peer.absorb();
      REQUIRE(peer.path_responses.size() == 1);
      auto const lost = peer.received(one_rtt).back().end - 1;
      auto const before = peer.victim->statistics().packets_lost;
      if (known) {
        for (int i = 0; i < 5; ++i) {
          peer.victim->ping();
          peer.absorb();
        }
        auto const newest = peer.received(one_rtt).back().end - 1;
        peer.send(one_rtt, ack(newest, lost + 1));
        CHECK(peer.victim->statistics().packets_lost > before);
        peer.pass(std::chrono::seconds{5});
      } else {
        // RFC 9002 6.2.4: probes carry something else.
        auto const pings = peer.frames[0x01];
        peer.pass(std::chrono::seconds{5});
        CHECK(peer.frames[0x01] > pings);
      }
      CHECK(peer.path_responses.size() == 1);
      at.check_ignored(false);
    }
}

TEST_CASE("an address that only sends probes is answered and not followed", "[bad_input][rfc9000]") {
  with_ids at;
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, challenge(5) + repeated(1100));
  at.peer.absorb();
  REQUIRE(at.peer.path_responses.size() == 1);
  CHECK(at.peer.path_responses[0] == std::array<std::uint8_t, 8>{5, 5, 5, 5, 5, 5, 5, 5});
  CHECK(at.peer.sent_to_port[2222] >= 1200);
  CHECK(at.peer.path_challenges.size() == 1);
  CHECK(at.peer.victim->path().remote == client_address);
  CHECK(at.peer.victim->statistics().migrations == 0);
}

TEST_CASE("a small challenge from a new address is answered within three times its size",
          "[bad_input][rfc9000][cve_class_padded_challenge]") {
  with_ids at;
  at.peer.seems_at = at_port(2222);
  auto const before = at.peer.bytes_sent_to_victim;
  at.peer.send(one_rtt, challenge(5));
  auto const sent = at.peer.bytes_sent_to_victim - before;
  at.peer.pass(std::chrono::seconds{10});
  CHECK(at.peer.path_responses.size() == 1);
  CHECK(at.peer.sent_to_port[2222] > 0);
  CHECK(at.peer.sent_to_port[2222] <= 3 * sent);
}

TEST_CASE("after a small challenge of ours was answered a full-sized one follows", "[bad_input][rfc9000]") {
  with_ids at;
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, ping + repeated(100));
  at.peer.absorb();
  REQUIRE_FALSE(at.peer.path_challenges.empty());
  CHECK(at.peer.sent_to_port[2222] < 1200);
  at.peer.path_challenges.resize(1);
  at.peer.send(one_rtt, response(at.peer.path_challenges[0]));
  at.peer.absorb();
  // RFC 9000 8.2.3: the address is proven, and now the size is.
  REQUIRE(at.peer.path_challenges.size() >= 2);
  CHECK(at.peer.sent_to_port[2222] >= 1200);
  CHECK(at.peer.victim->path().remote == client_address);
  at.peer.send(one_rtt, response(at.peer.path_challenges.back()));
  CHECK(at.peer.victim->path().remote == at_port(2222));
}

TEST_CASE("a response may come on any path", "[bad_input][rfc9000]") {
  with_ids at;
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, challenge(5) + repeated(1150));
  at.peer.absorb();
  REQUIRE(at.peer.path_challenges.size() == 1);
  at.peer.seems_at.reset();
  at.peer.send(one_rtt, response(at.peer.path_challenges[0]));
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, ping);
  CHECK(at.peer.victim->path().remote == at_port(2222));
}

TEST_CASE("challenges are never the same and never guessable from one another", "[bad_input][rfc9000]") {
  with_ids at;
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, challenge(5) + repeated(1150));
  for (int i = 0; i < 10; ++i) {
    at.peer.send(one_rtt, challenge(6) + repeated(1150));
    at.peer.pass(std::chrono::seconds{1});
  }
  auto const& all = at.peer.path_challenges;
  CHECK(all.size() >= 2);
  CHECK(std::set<std::array<std::uint8_t, 8>>(all.begin(), all.end()).size() == all.size());
}

TEST_CASE("a client that changes its address before the handshake is confirmed is not heard",
          "[bad_input][rfc9000][cve_class_early_migration]") {
  scene at{role::client, stage::handshake};
  auto const before = at.peer.victim->statistics().packets_received;
  at.peer.seems_at = at_port(2222);
  at.peer.send(handshake, ping);
  at.peer.pass(std::chrono::seconds{1});
  CHECK(at.peer.victim->statistics().packets_received == before);
  CHECK(at.peer.sent_to_port[2222] == 0);
  CHECK_FALSE(at.peer.victim->closing());
}

TEST_CASE("a client that moves although it must not is followed all the same", "[bad_input][rfc9000]") {
  peer_options options;
  options.settings.disable_active_migration = true;
  scene at{role::client, stage::confirmed, options};
  at.peer.send(one_rtt, new_id(1, 0, 1, 1));
  at.peer.seems_at = at_port(2222);
  at.peer.send(one_rtt, ping + repeated(1150));
  at.peer.absorb();
  // RFC 9000 9: it may be a NAT that moves it.
  REQUIRE(at.peer.path_challenges.size() >= 1);
  for (auto const& each : std::vector{at.peer.path_challenges}) at.peer.send(one_rtt, response(each));
  CHECK(at.peer.victim->path().remote == at_port(2222));
  at.check_ignored(false);
}

TEST_CASE("a client that comes to the preferred address from elsewhere gets little until it has proven where it is",
          "[bad_input][rfc9000]") {
  peer_options options;
  options.preferred.v4 = socket_address::v4(192, 0, 2, 3, 4433);
  options.notes_packets = true;
  scene at{role::client, stage::confirmed, options};
  auto& peer = at.peer;
  peer.send(one_rtt, new_id(1, 0, 1, 1));
  peer.acknowledge(one_rtt);
  auto const id = peer.victim->open(stream_direction::unidirectional);
  REQUIRE(peer.victim->write(*id, repeated(100'000)));
  peer.seems_at = at_port(2222);
  peer.talks_to = options.preferred.v4;
  auto const before = peer.bytes_sent_to_victim;
  peer.send(one_rtt, ping + repeated(300));
  auto const sent = peer.bytes_sent_to_victim - before;
  peer.pass(std::chrono::seconds{2});
  CHECK(peer.sent_to_port[2222] > 0);
  CHECK(peer.sent_to_port[2222] <= 3 * sent);
  CHECK(peer.victim->path().remote == client_address);
  CHECK_FALSE(peer.victim->closing());
}

TEST_CASE("a client hears nobody but its server", "[bad_input][rfc9000]") {
  scene at{role::server};
  at.peer.seems_at = socket_address::v4(192, 0, 2, 99, 4433);
  at.peer.send(one_rtt, stream(at.peer.own_stream(stream_direction::bidirectional, 3), 0, text("psst")));
  at.peer.send(one_rtt, challenge(1) + repeated(1150));
  at.peer.seems_at.reset();
  at.check_ignored();
  CHECK(at.peer.path_responses.empty());
}

TEST_CASE("a client that hops from port to port makes the server remember little",
          "[bad_input][limits][cve_class_event_for_each_source]") {
  with_ids at;
  for (std::uint16_t port = 3000; port < 3500; ++port) {
    at.peer.seems_at = at_port(port);
    at.peer.send(one_rtt, ping);
    at.peer.absorb();
  }
  std::size_t answered = 0;
  for (auto const& [port, size] : at.peer.sent_to_port)
    if (port >= 3000 && size > 0) ++answered;
  CHECK(answered <= 3 * limits::path_failures);
  CHECK(at.peer.victim->path().remote == client_address);
  CHECK_FALSE(at.peer.victim->closing());
}

TEST_CASE("without an unused connection ID a peer that shows another one is not followed",
          "[bad_input][rfc9000][cve_class_no_spare_id]") {
  scene at{role::client};
  REQUIRE_FALSE(at.peer.issued_ids.empty());
  at.peer.seems_at = at_port(2222);
  packet_options moved;
  moved.destination = at.peer.issued_ids[0].id;
  at.peer.send(one_rtt, ping + repeated(1150), moved);
  at.peer.absorb();
  CHECK(at.peer.sent_to_port[2222] == 0);
  CHECK_FALSE(at.peer.victim->closing());
  // With one it is, at its next packet.
  at.peer.send(one_rtt, new_id(1, 0, 1, 1) + repeated(1100), moved);
  at.peer.send(one_rtt, ping, moved);
  at.peer.absorb();
  CHECK(at.peer.sent_to_port[2222] > 0);
}

TEST_CASE("a stream from an address that is not proven does not show that address",
          "[bad_input][rfc9000][cve_class_unproven_address_shown]") {
  with_ids at;
  auto const events_about_paths = [&] {
    std::size_t count = 0;
    while (auto const event = at.peer.victim->next_event())
      if (event->what == connection_event::kind::path_changed) ++count;
    return count;
  };
  CHECK(events_about_paths() == 0);
  at.peer.seems_at = at_port(2222);
  auto const id = at.peer.own_stream(stream_direction::bidirectional, 1);
  at.peer.send(one_rtt, stream(id, 0, text("who am I?")) + repeated(1150));
  at.peer.absorb();
  // What was said is heard, and answered there; but an application that decides by addresses still sees the old one.
  bytes room(16);
  REQUIRE(at.peer.victim->read(stream_id{id}, room, at.peer.now));
  REQUIRE(at.peer.path_challenges.size() >= 1);
  CHECK(at.peer.sent_to_port[2222] > 0);
  CHECK(at.peer.victim->path().remote == client_address);
  CHECK(events_about_paths() == 0);
  SECTION("until it is proven") {
    for (auto const& each : std::vector{at.peer.path_challenges}) at.peer.send(one_rtt, response(each));
    CHECK(at.peer.victim->path().remote == at_port(2222));
    CHECK(events_about_paths() == 1);
  }
  SECTION("and for ever when nobody answers there") {
    at.peer.pass(std::chrono::seconds{10});
    CHECK(at.peer.victim->path().remote == client_address);
    CHECK(events_about_paths() == 0);
  }
}

TEST_CASE("a path whose connection ID is taken away while it is validated goes on with another",
          "[bad_input][rfc9000][cve_class_path_removed_in_use]") {
  with_ids at;
  auto& peer = at.peer;
  auto const id = [](std::uint8_t fill) { return *connection_id::from(repeated(8, fill)); };
  peer.seems_at = at_port(2222);
  SECTION("on the path in use") {
    peer.send(one_rtt, ping + repeated(1150));
    peer.absorb();
    REQUIRE(peer.path_challenges.size() >= 1);
    CHECK(peer.addressed_as(2222) == id(1));
    // RFC 9000 5.1.2: all that the peer has given so far, on the path whose ID is among them.
    peer.send(one_rtt, new_id(8, 8, 8, 8) + repeated(1100));
    peer.absorb();
    CHECK(peer.addressed_as(2222) == id(8));
    std::sort(peer.retired_ids.begin(), peer.retired_ids.end());
    CHECK(peer.retired_ids == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7});
    SECTION("and it is proven") {
      for (auto const& each : std::vector{peer.path_challenges}) peer.send(one_rtt, response(each));
      peer.pass(std::chrono::seconds{10});
      CHECK(peer.victim->path().remote == at_port(2222));
    }
    SECTION("and it fails") {
      peer.seems_at.reset();
      peer.pass(std::chrono::seconds{10});
      CHECK(peer.victim->path().remote == client_address);
      CHECK(peer.addressed_as(client_address.port) == id(8));
    }
  }
  SECTION("on a path that is only probed") {
    peer.send(one_rtt, challenge(5) + repeated(1150));
    peer.absorb();
    CHECK(peer.path_challenges.size() == 1);
    CHECK(peer.addressed_as(2222) == id(1));
    SECTION("and there is another") {
      peer.send(one_rtt, new_id(8, 7, 8, 8) + challenge(6) + repeated(1100));
      peer.absorb();
      // RFC 9000 9.5: one for each path.
      auto const before = peer.sent_to_port[client_address.port];
      peer.seems_at.reset();
      peer.send(one_rtt, ping);
      peer.acknowledge(one_rtt);
      peer.pass(std::chrono::milliseconds{100});
      CHECK(peer.sent_to_port[client_address.port] > before);
      CHECK(peer.addressed_as(client_address.port) == id(7));
      CHECK(peer.addressed_as(2222) == id(8));
    }
    SECTION("and there is none") {
      auto const before = peer.sent_to_port[2222];
      peer.send(one_rtt, new_id(8, 8, 8, 8) + challenge(6) + repeated(1100));
      peer.pass(std::chrono::milliseconds{100});
      // Nothing may be sent there until there is an ID for it.
      CHECK(peer.sent_to_port[2222] == before);
      CHECK(peer.addressed_as(2222) == id(1));
      peer.send(one_rtt, new_id(9, 8, 9, 9) + challenge(7) + repeated(1100));
      peer.absorb();
      CHECK(peer.sent_to_port[2222] > before);
      CHECK(peer.addressed_as(2222) == id(9));
    }
    CHECK(peer.victim->path().remote == client_address);
  }
  peer.seems_at.reset();
  at.check_ignored(false);
}

TEST_CASE("a client does not move with the connection ID that it uses where it is",
          "[bad_input][rfc9000][cve_class_path_removed_in_use]") {
  scene at{role::server, stage::confirmed, {.notes_packets = true}};
  auto& peer = at.peer;
  auto const here = peer.victim->path();
  peer.send(one_rtt, new_id(1, 0, 1, 1));
  peer.absorb();
  peer.path_challenges.clear();
  REQUIRE(peer.victim->migrate(socket_address::v4(192, 0, 2, 1, 1112), peer.now));
  peer.absorb();
  REQUIRE(peer.path_challenges.size() == 1);
  bool const takes_back = GENERATE(true, false);
  // Both IDs that there were for one.
  if (takes_back) peer.send(one_rtt, new_id(2, 2, 2, 2));
  peer.absorb();
  peer.send(one_rtt, response(peer.path_challenges.front()));
  peer.absorb();
  CHECK_FALSE(peer.victim->closing());
  CHECK((peer.victim->path() == here) == takes_back);
}

TEST_CASE("an answer that cannot leave yet holds up none on another path", "[bad_input][rfc9000]") {
  scene at{role::client, stage::confirmed, {.notes_packets = true}};
  auto& peer = at.peer;
  auto const elsewhere = at_port(2222);
  peer.send(one_rtt, new_id(1, 0, 1, 1));
  peer.seems_at = elsewhere;
  peer.send(one_rtt, challenge(5) + repeated(1150));
  peer.absorb();
  REQUIRE(peer.path_responses.size() == 1);
  // The only connection ID for that path is taken away, and with it the answer's way.
  peer.send(one_rtt, new_id(2, 2, 2, 2) + challenge(6) + repeated(1100));
  peer.absorb();
  REQUIRE(peer.path_responses.size() == 1);
  peer.seems_at.reset();
  peer.send(one_rtt, challenge(7));
  peer.absorb();
  REQUIRE(peer.path_responses.size() == 2);
  CHECK(peer.path_responses[1] == std::array<std::uint8_t, 8>{7, 7, 7, 7, 7, 7, 7, 7});
  CHECK(peer.packets.back().port == client_address.port);
  // With an ID the other leaves, too.
  peer.send(one_rtt, new_id(3, 2, 3, 3));
  peer.absorb();
  REQUIRE(peer.path_responses.size() == 3);
  CHECK(peer.path_responses[2] == std::array<std::uint8_t, 8>{6, 6, 6, 6, 6, 6, 6, 6});
  CHECK(peer.packets.back().port == elsewhere.port);
}

TEST_CASE("a client does not move when its peer has no connection IDs", "[bad_input][rfc9000]") {
  peer_options options;
  options.zero_length_id = true;
  scene at{role::server, stage::confirmed, options};
  auto const elsewhere = at.peer.victim->migrate(socket_address::v4(192, 0, 2, 1, 1112), at.peer.now);
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error() == path_errc::no_connection_id);
}

TEST_CASE("datagrams that the network refuses end the connection only if they are small ones, again and again",
          "[bad_input][rfc9000]") {
  scene at{role::client};
  bytes const room(1452);
  auto const refuse = [&](std::size_t size, network_path const& path) {
    at.peer.victim->on_datagram_refused({path, byte_view{room}.first(size), size}, at.peer.now);
  };
  auto const here = at.peer.victim->path();
  refuse(1452, here);
  refuse(900, here);
  for (int refused = 0; refused < 2; ++refused) refuse(1200, here);
  for (int refused = 0; refused < 5; ++refused) refuse(1200, {here.local, socket_address::v4(192, 0, 2, 77, 7)});
  CHECK_FALSE(at.peer.victim->closing());
  refuse(1200, here);
  at.check_closed(error_code::no_viable_path, 0);
}
