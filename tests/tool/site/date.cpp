// SPDX-License-Identifier: BSL-1.0
#include "site/date.hpp"

#include <catch2/catch_test_macros.hpp>

using tool::site::http_date;
using tool::site::parsed_date;
using tool::site::sys_seconds;

namespace {

constexpr sys_seconds example{std::chrono::seconds{784'111'777}};  // of RFC 9110 5.6.7
constexpr sys_seconds now{std::chrono::seconds{1'800'000'000}};    // 2027

}  // namespace

TEST_CASE("a date is written in the fixed form and read in all three", "[site]") {
  CHECK(http_date(example) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parsed_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == example);
  CHECK(parsed_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == example);
  CHECK(parsed_date("Sun Nov  6 08:49:37 1994", now) == example);
  CHECK(parsed_date("Thu Nov 16 08:49:37 1995", now).has_value());
}

TEST_CASE("two digits are a year that is at most fifty years ahead", "[site]") {
  using namespace std::chrono;
  auto const year_of = [](char const* text) {
    return static_cast<int>(year_month_day{floor<days>(parsed_date(text, now).value())}.year());
  };
  CHECK(year_of("Sunday, 06-Nov-77 08:49:37 GMT") == 2077);
  CHECK(year_of("Sunday, 06-Nov-78 08:49:37 GMT") == 1978);
}

TEST_CASE("what is no date is none", "[site]") {
  for (auto const* const text :
       {"", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun, +6 Nov 1994 08:49:37 GMT"}) {
    INFO(text);
    CHECK_FALSE(parsed_date(text, now).has_value());
  }
}
