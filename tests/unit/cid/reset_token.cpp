// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/peer_ids.hpp>

#include <catch2/catch_test_macros.hpp>

#include "made_ids.hpp"

TEST_CASE("the token of the ID in use is recognised, to the last bit", "[cid][rfc9000]") {
  quoin::peer_connection_ids ids{quoin::role::client};
  ids.set_first(made::id(0));
  ids.set_reset_token(made::token(0));
  CHECK(ids.is_reset_token(made::token(0)));
  for (std::size_t bit = 0; bit < 128; ++bit) {
    auto forged = made::token(0);
    forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ 1U << bit % 8);
    CHECK_FALSE(ids.is_reset_token(forged));
  }
}

TEST_CASE("where no token was given, nothing is a token, least of all zeros",
          "[cid][rfc9000][cve_class_zero_reset_token]") {
  quoin::peer_connection_ids ids{quoin::role::server};
  ids.set_first(made::id(0));
  CHECK_FALSE(ids.is_reset_token(quoin::stateless_reset_token{}));
}

TEST_CASE("the token of an ID that another path uses is recognised until the path is given up", "[cid][rfc9000]") {
  quoin::peer_connection_ids ids{quoin::role::client};
  ids.set_first(made::id(0));
  ids.set_reset_token(made::token(0));
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(2)));
  auto const before = ids.token_revision();
  REQUIRE(ids.take_spare() == 1);
  CHECK(ids.token_revision() != before);
  CHECK(ids.is_reset_token(made::token(0)));
  CHECK(ids.is_reset_token(made::token(1)));
  CHECK_FALSE(ids.is_reset_token(made::token(2)));
  ids.give_back(1);
  CHECK(ids.is_reset_token(made::token(0)));
  CHECK_FALSE(ids.is_reset_token(made::token(1)));
}

TEST_CASE("tokens of spare and of retired IDs are ignored", "[cid][rfc9000]") {
  quoin::peer_connection_ids ids{quoin::role::client};
  ids.set_first(made::id(0));
  ids.set_reset_token(made::token(0));
  REQUIRE(ids.on_new_connection_id(made::frame(1)));
  REQUIRE(ids.on_new_connection_id(made::frame(3)));
  CHECK_FALSE(ids.is_reset_token(made::token(1)));
  REQUIRE(ids.rotate());
  CHECK(ids.is_reset_token(made::token(1)));
  CHECK_FALSE(ids.is_reset_token(made::token(0)));
  REQUIRE(ids.on_new_connection_id(made::frame(2, 2)));
  CHECK(ids.is_reset_token(made::token(2)));
  CHECK_FALSE(ids.is_reset_token(made::token(1)));
}
