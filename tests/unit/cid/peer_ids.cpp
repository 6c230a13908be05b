// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/peer_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include "made_ids.hpp"

namespace {

using quoin::error_code;
using quoin::peer_connection_ids;
using quoin::role;

peer_connection_ids with_first(role self = role::client, std::uint64_t limit = 4) {
  peer_connection_ids ids{self, limit};
  ids.set_first(made::id(0));
  return ids;
}

void check_refused(peer_connection_ids& ids, quoin::pending_id const& frame, error_code code) {
  auto const active = ids.active();
  auto const current = ids.current_sequence();
  auto const owed = ids.next_pending();
  auto const outcome = ids.on_new_connection_id(frame);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == code);
  CHECK_FALSE(outcome.error().reason.empty());
  CHECK(ids.active() == active);
  CHECK(ids.current_sequence() == current);
  CHECK(ids.next_pending() == owed);
}

}  // namespace

TEST_CASE("the first ID changes until the peer's own is known", "[cid][rfc9000]") {
  peer_connection_ids ids{role::client};
  for (std::uint8_t number = 1; number < 4; ++number) {
    ids.set_first(made::id(number, 8 + number));
    CHECK(ids.current() == made::id(number, 8 + number));
    CHECK(ids.current_sequence() == 0);
  }
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("IDs up to the limit are kept, one more is a CONNECTION_ID_LIMIT_ERROR", "[cid][rfc9000]") {
  for (std::uint64_t const limit : {2ULL, 4ULL, 8ULL}) {
    auto ids = with_first(role::server, limit);
    for (std::uint64_t sequence = 1; sequence < limit; ++sequence)
      REQUIRE(ids.on_new_connection_id(made::frame(sequence)));
    CHECK(ids.active() == limit);
    check_refused(ids, made::frame(limit), error_code::connection_id_limit_error);
    // The same ID is welcome when its frame makes room for it.
    CHECK(ids.on_new_connection_id(made::frame(limit, 1)));
    CHECK(ids.active() == limit);
  }
}

TEST_CASE("IDs may arrive in any order", "[cid][rfc9000]") {
  auto ids = with_first();
  for (std::uint64_t const sequence : {3U, 1U, 2U}) REQUIRE(ids.on_new_connection_id(made::frame(sequence)));
  CHECK(ids.active() == 4);
  CHECK(ids.current() == made::id(0));
  REQUIRE(ids.rotate());
  CHECK(ids.current() == made::id(1));
}

TEST_CASE("the same NEW_CONNECTION_ID again changes nothing", "[cid][rfc9000]") {
  auto ids = with_first();
  for (int i = 0; i < 100; ++i) REQUIRE(ids.on_new_connection_id(made::frame(1)));
  CHECK(ids.active() == 2);
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("an ID under two sequence numbers is a PROTOCOL_VIOLATION",
          "[cid][rfc9000][cve_class_id_under_two_numbers]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  check_refused(ids, {2, 0, made::id(1), made::token(2)}, error_code::protocol_violation);
  check_refused(ids, {2, 0, made::id(0), made::token(2)}, error_code::protocol_violation);
}

TEST_CASE("a sequence number for two IDs is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  check_refused(ids, {1, 0, made::id(9), made::token(1)}, error_code::protocol_violation);
  check_refused(ids, {0, 0, made::id(9), made::token(9)}, error_code::protocol_violation);
}

TEST_CASE("an ID with two reset tokens is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  check_refused(ids, {1, 0, made::id(1), made::token(9)}, error_code::protocol_violation);
}

TEST_CASE("a reset token for two IDs is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  auto ids = with_first();
  ids.set_reset_token(made::token(0));
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  check_refused(ids, {2, 0, made::id(2), made::token(1)}, error_code::protocol_violation);
  check_refused(ids, {2, 0, made::id(2), made::token(0)}, error_code::protocol_violation);
}

TEST_CASE("NEW_CONNECTION_ID from a peer that has no ID is a PROTOCOL_VIOLATION", "[cid][rfc9000]") {
  peer_connection_ids ids{role::server};
  ids.set_first({});
  check_refused(ids, made::frame(1), error_code::protocol_violation);
  CHECK(ids.current().empty());
  CHECK_FALSE(ids.rotate());
}

TEST_CASE("an impossible NEW_CONNECTION_ID is a FRAME_ENCODING_ERROR", "[cid][rfc9000]") {
  auto ids = with_first();
  check_refused(ids, made::frame(1, 2), error_code::frame_encoding_error);
  check_refused(ids, {1, 0, {}, made::token(1)}, error_code::frame_encoding_error);
}

TEST_CASE("the preferred address brings sequence number 1", "[cid][rfc9000]") {
  auto ids = with_first();
  REQUIRE(ids.add_preferred(made::id(1), made::token(1)));
  CHECK(ids.active() == 2);
  // The same number may come again only with the same content.
  CHECK(ids.on_new_connection_id(made::frame(1)));
  CHECK(ids.active() == 2);
  check_refused(ids, {1, 0, made::id(5), made::token(1)}, error_code::protocol_violation);
  // It counts against the limit.
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  REQUIRE(ids.on_new_connection_id(made::frame(3)));
  check_refused(ids, made::frame(4), error_code::connection_id_limit_error);
}

TEST_CASE("a preferred address where no IDs are used is a TRANSPORT_PARAMETER_ERROR", "[cid][rfc9000]") {
  peer_connection_ids without{role::client};
  without.set_first({});
  auto const from_zero = without.add_preferred(made::id(1), made::token(1));
  REQUIRE_FALSE(from_zero);
  CHECK(from_zero.error().code == error_code::transport_parameter_error);

  auto ids = with_first();
  auto const to_zero = ids.add_preferred({}, made::token(1));
  REQUIRE_FALSE(to_zero);
  CHECK(to_zero.error().code == error_code::transport_parameter_error);
  CHECK(ids.active() == 1);
}
