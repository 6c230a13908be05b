// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/peer_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include "made_ids.hpp"

#include <random>
#include <set>
#include <vector>

namespace {

using quoin::error_code;
using quoin::peer_connection_ids;
using quoin::role;

peer_connection_ids with_first(std::uint64_t limit = 4) {
  peer_connection_ids ids{role::server, limit};
  ids.set_first(made::id(0));
  return ids;
}

/// "Sends" every retirement that is owed.
std::vector<std::uint64_t> send_retirements(peer_connection_ids& ids) {
  std::vector<std::uint64_t> sent;
  while (auto const next = ids.next_pending()) {
    sent.push_back(*next);
    ids.mark_sent(*next);
  }
  return sent;
}

/// Another path with an ID of its own takes the place of the one in use.
bool move_away(peer_connection_ids& ids) {
  auto const before = ids.current_sequence();
  auto const next = ids.take_spare();
  if (!next) return false;
  ids.make_current(*next);
  ids.give_back(before);
  return true;
}

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("rotating uses a fresh ID and gives the old one back", "[cid][rfc9000]") {
  auto ids = with_first();
  CHECK_FALSE(ids.rotate());
  CHECK_FALSE(ids.has_pending());
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  REQUIRE(ids.rotate());
  CHECK(ids.current() == made::id(1));
  CHECK(ids.active() == 2);
  CHECK(send_retirements(ids) == numbers{0});
}

TEST_CASE("the last ID that was never used is kept for a path", "[cid][rfc9000][cve_class_no_spare_id]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK_FALSE(ids.rotate());
  CHECK(ids.current() == made::id(0));
  CHECK_FALSE(ids.has_pending());
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  CHECK(ids.rotate());
  CHECK_FALSE(ids.rotate());
  CHECK(ids.spares() == 1);
  CHECK(ids.take_spare() == 2);
  CHECK(ids.spares() == 0);
  // Even an ID that is to spare is none when another path uses it.
  REQUIRE(ids.on_new_connection_id(made::frame(3)));
  CHECK_FALSE(ids.rotate());
}

TEST_CASE("a retirement is repeated when lost and forgotten when acknowledged", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(move_away(ids));
  REQUIRE(send_retirements(ids) == numbers{0});
  CHECK_FALSE(ids.has_pending());
  ids.on_lost(0);
  CHECK(send_retirements(ids) == numbers{0});
  ids.on_acked(0);
  ids.on_lost(0);
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("Retire Prior To gives back what is below it and moves to what is left", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  REQUIRE(ids.on_new_connection_id(made::frame(3, 2)));
  CHECK(ids.active() == 2);
  CHECK(ids.current() == made::id(2));
  auto const sent = send_retirements(ids);
  CHECK(std::set<std::uint64_t>(sent.begin(), sent.end()) == std::set<std::uint64_t>{0, 1});
  CHECK(sent.size() == 2);
}

TEST_CASE("Retire Prior To leaves the ID in use alone when it is not below", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  REQUIRE(move_away(ids));
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.current_sequence() == 2);
  REQUIRE(ids.on_new_connection_id(made::frame(3, 2)));
  CHECK(ids.current_sequence() == 2);
  CHECK(ids.current() == made::id(2));
}

TEST_CASE("all IDs may be replaced at once by the frame that retires them", "[cid][rfc9000]") {
  auto ids = with_first(2);
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(2, 2)));
  CHECK(ids.active() == 1);
  CHECK(ids.current() == made::id(2));
  CHECK(send_retirements(ids).size() == 2);
}

TEST_CASE("a smaller Retire Prior To than before is ignored", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(2, 2)));
  REQUIRE(send_retirements(ids) == numbers{0});
  REQUIRE(ids.on_new_connection_id(made::frame(3, 1)));
  CHECK(ids.active() == 2);
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("an ID that comes after its retirement is given back once and not stored", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(3, 3)));
  REQUIRE(send_retirements(ids) == numbers{0});
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK(ids.active() == 1);
  CHECK(send_retirements(ids) == numbers{1});
  for (int i = 0; i < 100; ++i) REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK_FALSE(ids.has_pending());
  ids.on_acked(1);
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK_FALSE(ids.has_pending());
  CHECK(ids.current_sequence() == 3);
}

TEST_CASE("an ID that we gave back ourselves does not come back", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  REQUIRE(move_away(ids));
  REQUIRE(move_away(ids));
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK(ids.active() == 1);
  CHECK(ids.current_sequence() == 2);
  CHECK(send_retirements(ids) == numbers{0, 1});
}

TEST_CASE("a peer that takes away every usable ID has violated the protocol",
          "[cid][rfc9000][cve_class_no_legal_connection_id]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(5)));
  REQUIRE(move_away(ids));
  REQUIRE(ids.current_sequence() == 5);
  REQUIRE(ids.on_new_connection_id(made::frame(3)));
  REQUIRE(move_away(ids));
  REQUIRE(ids.current_sequence() == 3);
  // 5 has been given back; its frame again, now asking for everything below 4.
  auto const outcome = ids.on_new_connection_id(made::frame(5, 4));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::protocol_violation);
  CHECK(ids.current_sequence() == 3);
}

TEST_CASE("rising Retire Prior To without acknowledgments ends in CONNECTION_ID_LIMIT_ERROR", "[cid][rfc9000]") {
  auto ids = with_first();
  std::uint64_t sequence = 1;
  for (; sequence <= quoin::limits::retirements; ++sequence) {
    REQUIRE(ids.on_new_connection_id(made::frame(sequence, sequence)));
    send_retirements(ids);
  }
  auto const outcome = ids.on_new_connection_id(made::frame(sequence, sequence));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::connection_id_limit_error);
  CHECK(ids.current_sequence() == sequence - 1);

  // One acknowledgment is room for one more.
  ids.on_acked(0);
  CHECK(ids.on_new_connection_id(made::frame(sequence, sequence)));
}

TEST_CASE("a peer that acknowledges may replace IDs for ever", "[cid][rfc9000]") {
  auto ids = with_first();
  for (std::uint64_t sequence = 1; sequence < 1000; ++sequence) {
    REQUIRE(ids.on_new_connection_id(made::frame(sequence, sequence)));
    for (auto const retired : send_retirements(ids)) ids.on_acked(retired);
  }
  CHECK(ids.active() == 1);
}

TEST_CASE("we do not give back more than the peer acknowledges", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  for (std::uint64_t sequence = 1; sequence <= quoin::limits::retirements; ++sequence) {
    REQUIRE(ids.on_new_connection_id(made::frame(sequence + 1)));
    REQUIRE(ids.rotate());
  }
  REQUIRE(ids.on_new_connection_id(made::frame(quoin::limits::retirements + 2)));
  CHECK_FALSE(ids.rotate());
  CHECK(ids.current_sequence() == quoin::limits::retirements);
}

TEST_CASE("a peer that leaves gaps in its numbers cannot make us remember without end", "[cid][rfc9000]") {
  auto ids = with_first();
  bool refused = false;
  for (std::uint64_t sequence = 2; sequence < 10'000 && !refused; sequence += 2) {
    auto const outcome = ids.on_new_connection_id(made::frame(sequence, sequence));
    if (!outcome) {
      CHECK(outcome.error().code == error_code::connection_id_limit_error);
      CHECK(sequence <= 2 * (quoin::limits::retirements + 1));
      refused = true;
    }
    for (auto const retired : send_retirements(ids)) ids.on_acked(retired);
  }
  CHECK(refused);
}

TEST_CASE("whatever a peer sends, the IDs in use stay within the limit and out of retirement", "[cid][rfc9000]") {
  std::mt19937 random{19};
  for (int run = 0; run < 200; ++run) {
    auto const limit = 2 + random() % 7;
    auto ids = with_first(limit);
    std::set<std::uint64_t> retired;
    for (int step = 0; step < 300; ++step) {
      auto const sequence = random() % 40;
      auto const choice = random() % 8;
      if (choice == 0) {
        static_cast<void>(ids.rotate());
      } else if (choice == 1) {
        if (!retired.empty()) ids.on_acked(*retired.begin());
      } else {
        auto const prior = random() % 3 == 0 ? random() % (sequence + 1) : 0;
        static_cast<void>(ids.on_new_connection_id(made::frame(sequence, prior)).has_value());
      }
      for (auto const number : send_retirements(ids)) REQUIRE(retired.insert(number).second);
      REQUIRE(ids.active() >= 1);
      REQUIRE(ids.active() <= limit);
      REQUIRE(retired.count(ids.current_sequence()) == 0);
      REQUIRE(ids.current() == made::id(static_cast<std::uint8_t>(ids.current_sequence())));
    }
  }
}
