// SPDX-License-Identifier: BSL-1.0
#include "site/condition.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace tool::site;

namespace {

constexpr sys_seconds changed{std::chrono::seconds{784'111'777}};
constexpr auto at = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr auto before = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr auto after = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr sys_seconds now = changed + std::chrono::hours{1};
constexpr validators there{"\"a\"", changed};

verdict with(condition_fields const& asked) {
  return judged(asked, there, now);
}

}  // namespace

TEST_CASE("If-Match wants one of its tags, strongly, or anything", "[site]") {
  CHECK(with({.if_match = "\"b\", \"a\""}) == verdict::go_on);
  CHECK(with({.if_match = "*"}) == verdict::go_on);
  CHECK(with({.if_match = "\"b\""}) == verdict::precondition_failed);
  CHECK(with({.if_match = "W/\"a\""}) == verdict::precondition_failed);
}

TEST_CASE("If-None-Match wants none of its tags, weakly", "[site]") {
  CHECK(with({.if_none_match = "\"b\""}) == verdict::go_on);
  CHECK(with({.if_none_match = "\"x,y\", \"a\""}) == verdict::not_modified);
  CHECK(with({.if_none_match = "W/\"a\""}) == verdict::not_modified);
  CHECK(with({.if_none_match = "*"}) == verdict::not_modified);
}

TEST_CASE("dates are compared with the last change, and ignored when they are none", "[site]") {
  CHECK(with({.if_modified_since = at}) == verdict::not_modified);
  CHECK(with({.if_modified_since = before}) == verdict::go_on);
  CHECK(with({.if_modified_since = "yesterday"}) == verdict::go_on);
  CHECK(with({.if_unmodified_since = at}) == verdict::go_on);
  CHECK(with({.if_unmodified_since = before}) == verdict::precondition_failed);
  CHECK(with({.if_unmodified_since = "yesterday"}) == verdict::go_on);
}

TEST_CASE("tags go before dates, and what must be before what should not", "[site]") {
  CHECK(with({.if_match = "\"a\"", .if_unmodified_since = before}) == verdict::go_on);
  CHECK(with({.if_none_match = "\"b\"", .if_modified_since = after}) == verdict::go_on);
  CHECK(with({.if_match = "\"b\"", .if_none_match = "\"a\""}) == verdict::precondition_failed);
  CHECK(with({.if_match = "\"a\"", .if_none_match = "\"a\""}) == verdict::not_modified);
}

TEST_CASE("a range is followed when its part belongs to what is there", "[site]") {
  CHECK(range_applies(std::nullopt, there, now));
  CHECK(range_applies("\"a\"", there, now));
  CHECK_FALSE(range_applies("W/\"a\"", there, now));
  CHECK_FALSE(range_applies("\"b\"", there, now));
  CHECK(range_applies(at, there, now));
  CHECK_FALSE(range_applies(after, there, now));
  CHECK_FALSE(range_applies(at, there, changed + std::chrono::seconds{1}));
  CHECK_FALSE(range_applies("never", there, now));
}
