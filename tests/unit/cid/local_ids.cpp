// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/local_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include "made_ids.hpp"

#include <vector>

namespace {

using quoin::error_code;

/// Issues as many as are wanted, IDs numbered as their sequence, and sends all of them.
void issue_all(quoin::local_connection_ids& ids, std::uint8_t first = 1) {
  while (ids.wants_more()) {
    ids.add(made::id(first), made::token(first));
    ++first;
  }
  while (auto const next = ids.next_pending()) ids.mark_sent(next->sequence);
}

}  // namespace

TEST_CASE("nothing is issued before the peer's limit is known", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  CHECK_FALSE(ids.wants_more());
  CHECK_FALSE(ids.has_pending());
  CHECK(ids.active() == 1);
  CHECK(ids.contains(made::id(0)));
}

TEST_CASE("no more is issued than the peer allows, nor than our own cap", "[cid][rfc9000]") {
  for (std::uint64_t const allowed : {0ULL, 1ULL, 2ULL, 5ULL, 7ULL, 8ULL, 9ULL, ~0ULL}) {
    quoin::local_connection_ids ids{made::id(0)};
    ids.set_peer_limit(allowed);
    issue_all(ids);
    auto const cap = std::min<std::uint64_t>(allowed, quoin::limits::issued_connection_ids);
    CHECK(ids.active() == std::max<std::uint64_t>(cap, 1));
  }
}

TEST_CASE("sequence numbers rise by one and every ID is told once", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(4);
  CHECK(ids.add(made::id(1), made::token(1)) == 1);
  CHECK(ids.add(made::id(2), made::token(2)) == 2);
  REQUIRE(ids.has_pending());
  auto const first = ids.next_pending();
  REQUIRE(first);
  CHECK(first->sequence == 1);
  CHECK(first->retire_prior_to == 0);
  CHECK(first->id == made::id(1));
  CHECK(first->token == made::token(1));
  CHECK(ids.next_pending()->sequence == 1);
  ids.mark_sent(1);
  CHECK(ids.next_pending()->sequence == 2);
  ids.mark_sent(2);
  CHECK_FALSE(ids.has_pending());
  CHECK_FALSE(ids.next_pending());
}

TEST_CASE("a lost announcement is repeated with the same content until it arrives", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(3);
  issue_all(ids);
  ids.on_lost(1);
  REQUIRE(ids.next_pending());
  CHECK(ids.next_pending()->sequence == 1);
  CHECK(ids.next_pending()->token == made::token(1));
  ids.mark_sent(1);
  ids.on_acked(1);
  ids.on_lost(1);  // an earlier copy
  CHECK_FALSE(ids.has_pending());

  ids.on_lost(2);
  ids.on_acked(2);  // the copy thought lost arrived after all
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("a retired ID is handed back once and makes room for another", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(2);
  issue_all(ids);
  CHECK_FALSE(ids.wants_more());
  auto const retired = ids.on_retire(0, made::id(1));
  REQUIRE(retired);
  REQUIRE(retired->has_value());
  CHECK(**retired == made::id(0));
  CHECK_FALSE(ids.contains(made::id(0)));
  CHECK(ids.contains(made::id(1)));
  REQUIRE(ids.wants_more());
  CHECK(ids.add(made::id(2), made::token(2)) == 2);
}

TEST_CASE("a duplicate RETIRE_CONNECTION_ID is ignored", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(3);
  issue_all(ids);
  REQUIRE(ids.on_retire(1, made::id(0)));
  auto const again = ids.on_retire(1, made::id(0));
  REQUIRE(again);
  CHECK_FALSE(again->has_value());
  CHECK(ids.active() == 2);
}

TEST_CASE("retiring what was never issued or never sent is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(3);
  for (std::uint64_t const never_issued : {1ULL, 2ULL, 1ULL << 61}) {
    auto const outcome = ids.on_retire(never_issued, made::id(0));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == error_code::protocol_violation);
  }
  ids.add(made::id(1), made::token(1));
  auto const unsent = ids.on_retire(1, made::id(0));
  REQUIRE_FALSE(unsent);
  CHECK(unsent.error().code == error_code::protocol_violation);
  ids.mark_sent(1);
  ids.on_lost(1);
  CHECK(ids.on_retire(1, made::id(0)));
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("retiring the ID that the packet was addressed to is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(2);
  issue_all(ids);
  for (std::uint8_t number = 0; number < 2; ++number) {
    auto const outcome = ids.on_retire(number, made::id(number));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == error_code::protocol_violation);
  }
  CHECK(ids.active() == 2);
}

TEST_CASE("an endpoint addressed without an ID issues none and has none retired", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{quoin::connection_id{}};
  ids.set_peer_limit(8);
  CHECK_FALSE(ids.wants_more());
  auto const outcome = ids.on_retire(0, {});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == error_code::protocol_violation);
}

TEST_CASE("a peer that retires for ever never makes us hold more than the cap", "[cid][rfc9000]") {
  quoin::local_connection_ids ids{made::id(0)};
  ids.set_peer_limit(~std::uint64_t{0});
  std::uint8_t number = 1;
  for (std::uint64_t retired = 0; retired < 200; ++retired) {
    while (ids.wants_more()) {
      ids.add(made::id(number), made::token(number));
      ++number;
    }
    while (auto const next = ids.next_pending()) ids.mark_sent(next->sequence);
    REQUIRE(ids.active() == quoin::limits::issued_connection_ids);
    auto const newest = made::id(static_cast<std::uint8_t>(number - 1));
    REQUIRE(ids.on_retire(retired, newest));
  }
  std::vector<quoin::connection_id> active;
  ids.for_each_active([&](auto const& id) { active.push_back(id); });
  CHECK(active.size() == quoin::limits::issued_connection_ids - 1);
}
