// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>

#include "packets.hpp"

namespace {

using namespace quoin;
using namespace quoin::test;

struct pair_of_holders {
  key_holder client{role::client};
  key_holder server{role::server};
};

TEST_CASE("Either side may update keys and the other follows", "[keys][rfc9001]") {
  for (bool const by_client : {true, false}) {
    pair_of_holders ends;
    auto& initiator = by_client ? ends.client : ends.server;
    auto& responder = by_client ? ends.server : ends.client;
    for (std::uint64_t phase = 1; phase <= 5; ++phase) {
      REQUIRE(exchange(initiator, responder));
      REQUIRE(initiator.keys.can_update());
      initiator.keys.update(initiator.now);
      CHECK(initiator.keys.phase() == phase);
      CHECK(initiator.keys.key_phase() == (phase % 2 == 1));
      CHECK(responder.keys.phase() == phase - 1);
      REQUIRE(exchange(initiator, responder));
      CHECK(responder.keys.phase() == phase);
      CHECK(responder.keys.key_phase() == initiator.keys.key_phase());
      settle(initiator);
      settle(responder);
    }
    CHECK(initiator.keys.forged() == 0);
    CHECK(responder.keys.forged() == 0);
  }
}

TEST_CASE("Sides may take turns in updating keys", "[keys][rfc9001]") {
  pair_of_holders ends;
  for (std::uint64_t phase = 1; phase <= 6; ++phase) {
    auto& initiator = phase % 2 == 0 ? ends.client : ends.server;
    auto& responder = phase % 2 == 0 ? ends.server : ends.client;
    REQUIRE(exchange(initiator, responder));
    REQUIRE(initiator.keys.can_update());
    initiator.keys.update(initiator.now);
    REQUIRE(exchange(initiator, responder));
    settle(initiator);
    settle(responder);
    CHECK(ends.client.keys.phase() == phase);
    CHECK(ends.server.keys.phase() == phase);
  }
}

TEST_CASE("Both sides may update keys at the same time and end in the same phase", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  REQUIRE(exchange(ends.server, ends.client));
  ends.client.keys.update({});
  ends.server.keys.update({});
  REQUIRE(exchange(ends.client, ends.server));
  REQUIRE(exchange(ends.server, ends.client));
  CHECK(ends.client.keys.phase() == 1);
  CHECK(ends.server.keys.phase() == 1);
}

TEST_CASE("An update needs an acknowledgement of the current phase first", "[keys][rfc9001]") {
  pair_of_holders ends;
  CHECK_FALSE(ends.client.keys.can_update());
  auto const first = ends.client.send();
  CHECK_FALSE(ends.client.keys.can_update());
  ends.client.keys.on_acked(0);
  CHECK(ends.client.keys.can_update());
  ends.client.keys.update({});
  // Acknowledgements of the phase before do not count.
  ends.client.keys.on_acked(0);
  CHECK_FALSE(ends.client.keys.can_update());
  ends.client.send();
  ends.client.keys.on_acked(0);
  CHECK_FALSE(ends.client.keys.can_update());
}

TEST_CASE("An update waits until the keys before the current ones are gone", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  CHECK(ends.client.keys.deadline() == never);  // they stay as long as the peer has not followed
  REQUIRE(exchange(ends.client, ends.server));
  CHECK_FALSE(ends.client.keys.can_update());
  CHECK(ends.client.keys.deadline() == instant{3 * key_holder::pto});
  ends.client.keys.expire(instant{3 * key_holder::pto} - duration{1});
  CHECK_FALSE(ends.client.keys.can_update());
  ends.client.keys.expire(instant{3 * key_holder::pto});
  CHECK(ends.client.keys.can_update());
  CHECK(ends.client.keys.deadline() == never);
}

TEST_CASE("Packets of the old phase that arrive late are opened for three PTOs", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  std::vector<bytes> const late{ends.client.send(), ends.client.send(), ends.client.send()};
  ends.client.keys.update({});
  REQUIRE(ends.server.receive(ends.client.send()));
  REQUIRE(ends.server.keys.phase() == 1);
  for (std::size_t const index : std::initializer_list<std::size_t>{1, 0}) {
    REQUIRE(ends.server.receive(late[index]));
    CHECK(ends.server.status == open_status::opened);
  }
  CHECK(ends.server.keys.phase() == 1);
  settle(ends.server);
  REQUIRE(ends.server.receive(late[2]));
  CHECK(ends.server.status == open_status::forged);
  CHECK(ends.server.keys.phase() == 1);
}

TEST_CASE("The initiator still opens packets of the old phase before the peer has followed", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  for (int i = 0; i < 5; ++i) {
    REQUIRE(ends.client.receive(ends.server.send()));
    CHECK(ends.client.status == open_status::opened);
  }
  CHECK(ends.client.keys.phase() == 1);
}

TEST_CASE("A forged key phase bit changes nothing", "[keys][rfc9001]") {
  // KU-004: before any update, after one, and after the old keys are gone.
  pair_of_holders ends;
  auto const check_forgery = [&] {
    auto const phase = ends.server.keys.phase();
    auto const forged_before = ends.server.keys.forged();
    auto const deadline = ends.server.keys.deadline();
    auto packet = ends.client.send();
    auto forged = packet;
    forged[0] ^= 0x04;
    REQUIRE(ends.server.receive(forged));
    CHECK(ends.server.status == open_status::forged);
    CHECK(ends.server.keys.phase() == phase);
    CHECK(ends.server.keys.deadline() == deadline);
    CHECK(ends.server.keys.forged() == forged_before + 1);
    REQUIRE(ends.server.receive(packet));
    CHECK(ends.server.status == open_status::opened);
    CHECK(ends.server.keys.phase() == phase);
  };
  check_forgery();
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  REQUIRE(exchange(ends.client, ends.server));
  check_forgery();
  settle(ends.server);
  check_forgery();
}

TEST_CASE("A peer that updates again before we acknowledged its last update is accused", "[keys][rfc9001]") {
  // KU-002. The peer pretends to have been acknowledged.
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  REQUIRE(ends.server.receive(ends.client.send()));
  ends.server.keys.expire(ends.server.now);
  REQUIRE(ends.client.receive(ends.server.send()));  // follows, and acknowledges nothing
  ends.client.keys.on_acked(ends.client.last_sent);
  settle(ends.client);
  REQUIRE(ends.client.keys.can_update());
  ends.client.keys.update({});
  auto const outcome = ends.server.receive(ends.client.send());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::key_update_error);
}

TEST_CASE("A peer that returns to old keys is accused", "[keys][rfc9001]") {
  // KU-001: sealed early under a number that comes after those of the new keys.
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  auto const old_keys = seal(ends.client.keys, 11, false);
  ends.client.keys.update({});
  ends.client.next_number = 10;
  REQUIRE(ends.server.receive(ends.client.send()));
  ends.client.next_number = 12;
  REQUIRE(ends.server.receive(ends.client.send()));
  auto const outcome = ends.server.receive(old_keys);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::key_update_error);
}

TEST_CASE("A peer that used new keys before old ones is accused whichever arrives first", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  auto old_keys = seal(ends.client.keys, 12, false);
  ends.client.keys.update({});
  auto new_keys = seal(ends.client.keys, 11, true);
  for (bool const old_first : {true, false}) {
    auto server = pair_of_holders{}.server;
    auto left = old_first ? old_keys : new_keys;
    auto right = old_first ? new_keys : old_keys;
    std::array<packet_to_open, 2> batch{to_open(left, 1), to_open(right, 1)};
    server.keys.open(batch);
    REQUIRE(batch[0].status == open_status::opened);
    REQUIRE(batch[1].status == open_status::opened);
    REQUIRE(server.keys.on_opened(batch[0], {}, key_holder::pto));
    auto const outcome = server.keys.on_opened(batch[1], {}, key_holder::pto);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == error_code::key_update_error);
  }
}

TEST_CASE("A peer that acknowledges new keys under old ones is accused", "[keys][rfc9001]") {
  // KU-003
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  ends.client.send();
  CHECK(ends.client.keys.on_acked(0, 0));  // an old packet, under old keys
  auto const outcome = ends.client.keys.on_acked(ends.client.last_sent, 0);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::key_update_error);
  CHECK(ends.client.keys.on_acked(ends.client.last_sent, 1));
}

TEST_CASE("One batch may hold packets from both sides of an update", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  std::vector<bytes> packets;
  for (int i = 0; i < 70; ++i) packets.push_back(ends.client.send());
  ends.client.keys.update({});
  for (int i = 0; i < 70; ++i) packets.push_back(ends.client.send());
  std::vector<packet_to_open> batch;
  for (auto& packet : packets) batch.push_back(to_open(packet, ends.server.expected));
  ends.server.keys.open(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    REQUIRE(batch[i].status == open_status::opened);
    CHECK(batch[i].phase == (i < 70 ? 0u : 1u));
    REQUIRE(ends.server.keys.on_opened(batch[i], {}, key_holder::pto));
    CHECK(ends.server.keys.phase() == batch[i].phase);
  }
}

TEST_CASE("The keys after the next are made when time is asked for, not when a packet arrives", "[keys][rfc9001]") {
  pair_of_holders ends;
  ends.server.now = instant{std::chrono::seconds{5}};
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  REQUIRE(ends.server.receive(ends.client.send()));
  CHECK(ends.server.keys.deadline() == ends.server.now);  // at once
  ends.server.keys.expire(ends.server.now);
  CHECK(ends.server.keys.deadline() == ends.server.now + 3 * key_holder::pto);
}

TEST_CASE("Header protection keys stay the same across updates", "[keys][rfc9001]") {
  pair_of_holders ends;
  REQUIRE(exchange(ends.client, ends.server));
  ends.client.keys.update({});
  auto packet = ends.client.send();
  level_keys<null_protection> old;
  old.install(key_direction::open, version::v1, test_suite, bytes(32, 0xc1));
  auto const outcome = open(old, packet, ends.client.last_sent);
  CHECK(outcome.status == open_status::forged);
  CHECK(outcome.number == ends.client.last_sent);
  CHECK(outcome.key_phase);
}

}  // namespace
