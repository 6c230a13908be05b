// SPDX-License-Identifier: BSL-1.0
// Connection IDs of a path ID beside 0 (draft-ietf-quic-multipath 3.2).
#include <quoin/cid/local_ids.hpp>
#include <quoin/cid/peer_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>

using namespace quoin;

namespace {

connection_id id_of(std::uint8_t fill) {
  std::array<std::uint8_t, 8> bytes{};
  bytes.fill(fill);
  return *connection_id::from(bytes);
}

stateless_reset_token token_of(std::uint8_t fill) {
  stateless_reset_token token;
  token.fill(fill);
  return token;
}

struct issued {
  std::uint64_t sequence;
  std::uint64_t retire_prior_to;
  connection_id id;
  stateless_reset_token token;
};

}  // namespace

TEST_CASE("the IDs that we issue for another path are numbered from 0", "[cid][multipath]") {
  local_connection_ids ids;
  CHECK(ids.active() == 0);
  CHECK(ids.next_sequence() == 0);
  CHECK_FALSE(ids.wants_more());
  ids.set_peer_limit(2);
  REQUIRE(ids.wants_more());
  CHECK(ids.add(id_of(1), token_of(1)) == 0);
  CHECK(ids.add(id_of(2), token_of(2)) == 1);
  CHECK_FALSE(ids.wants_more());
  CHECK(ids.next_sequence() == 2);
  CHECK(ids.next_pending()->sequence == 0);
  // What was not told yet cannot be given back.
  CHECK(ids.on_retire(0, id_of(9)).error().code == error_code::protocol_violation);
  ids.mark_sent(0);
  CHECK(ids.on_retire(0, id_of(9)).value() == id_of(1));
  CHECK(ids.wants_more());
}

TEST_CASE("the first ID that comes for another path is used there, whatever its number", "[cid][multipath]") {
  auto ids = peer_connection_ids::of_new_path(role::client);
  CHECK(ids.active() == 0);
  CHECK_FALSE(ids.without_ids());
  CHECK_FALSE(ids.has_pending());
  CHECK_FALSE(ids.take_spare());
  REQUIRE(ids.on_new_connection_id(issued{1, 0, id_of(7), token_of(7)}));
  CHECK(ids.current() == id_of(7));
  CHECK(ids.contains(id_of(7)));
  CHECK_FALSE(ids.contains(id_of(8)));
  REQUIRE(ids.on_new_connection_id(issued{0, 0, id_of(8), token_of(8)}));
  CHECK(ids.current() == id_of(7));
  CHECK(ids.active() == 2);
  CHECK(ids.take_spare() == 0U);
}

TEST_CASE("an ID of another path that breaks the rules changes nothing", "[cid][multipath]") {
  auto ids = peer_connection_ids::of_new_path(role::server);
  CHECK_FALSE(ids.on_new_connection_id(issued{0, 1, id_of(7), token_of(7)}));
  CHECK_FALSE(ids.on_new_connection_id(issued{0, 0, {}, token_of(7)}));
  CHECK(ids.active() == 0);
  REQUIRE(ids.on_new_connection_id(issued{4, 4, id_of(7), token_of(7)}));
  CHECK_FALSE(ids.has_pending());
  // A number below the floor is given back unused.
  REQUIRE(ids.on_new_connection_id(issued{3, 0, id_of(6), token_of(6)}));
  CHECK(ids.next_pending() == 3U);
  CHECK(ids.current() == id_of(7));
}
