// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/peer_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include "made_ids.hpp"

namespace {

using quoin::peer_connection_ids;
using quoin::role;

peer_connection_ids with_spares(std::uint64_t count) {
  peer_connection_ids ids{role::client, 8};
  ids.set_first(made::id(0));
  for (std::uint64_t n = 1; n <= count; ++n) REQUIRE(ids.on_new_connection_id(made::frame(n)));
  return ids;
}

}  // namespace

TEST_CASE("another path gets an ID that was never used", "[cid][rfc9000]") {
  auto ids = with_spares(2);
  CHECK(ids.take_spare() == 1);
  CHECK(ids.take_spare() == 2);
  CHECK_FALSE(ids.take_spare());
  CHECK(ids.current() == made::id(0));
  REQUIRE(ids.id_of(2) != nullptr);
  CHECK(*ids.id_of(2) == made::id(2));
  CHECK(ids.id_of(3) == nullptr);
  // Neither is there one to rotate to.
  CHECK_FALSE(ids.rotate());
  REQUIRE(ids.on_new_connection_id(made::frame(3)));
  REQUIRE(ids.on_new_connection_id(made::frame(4)));
  REQUIRE(ids.rotate());
  CHECK(ids.current() == made::id(3));
}

TEST_CASE("the path in use keeps its ID when another becomes the one in use", "[cid][rfc9000]") {
  auto ids = with_spares(2);
  auto const other = ids.take_spare();
  REQUIRE(other);
  ids.make_current(*other);
  CHECK(ids.current() == made::id(1));
  CHECK_FALSE(ids.has_pending());
  ids.give_back(0);
  CHECK(ids.next_pending() == 0);
  CHECK(ids.current() == made::id(1));
  CHECK(ids.id_of(0) == nullptr);
  CHECK(ids.take_spare() == 2);
}

TEST_CASE("the ID in use is not given back with a path that shared it", "[cid][rfc9000]") {
  auto ids = with_spares(1);
  ids.give_back(0);
  CHECK_FALSE(ids.has_pending());
  CHECK(ids.current() == made::id(0));
  ids.give_back(7);
  CHECK_FALSE(ids.has_pending());
}

TEST_CASE("an ID that the peer takes away is not there for its path either", "[cid][rfc9000]") {
  auto ids = with_spares(2);
  REQUIRE(ids.take_spare() == 1);
  REQUIRE(ids.on_new_connection_id(made::frame(3, 2)));
  CHECK(ids.id_of(1) == nullptr);
  CHECK(ids.current() == made::id(2));
  CHECK(ids.take_spare() == 3);
}

TEST_CASE("a peer without IDs is addressed without one on every path", "[cid][rfc9000]") {
  peer_connection_ids ids{role::server, 8};
  ids.set_first({});
  CHECK(ids.without_ids());
  CHECK(ids.take_spare() == 0);
  CHECK(ids.take_spare() == 0);
  ids.give_back(0);
  CHECK_FALSE(ids.has_pending());
}
