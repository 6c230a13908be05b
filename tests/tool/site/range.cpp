// SPDX-License-Identifier: BSL-1.0
#include "site/range.hpp"

#include <catch2/catch_test_macros.hpp>

using tool::site::asked_ranges;
using tool::site::byte_range;
using tool::site::parsed_ranges;
using outcome = asked_ranges::outcome;

namespace {

std::vector<byte_range> parts(std::string_view field, std::uint64_t size = 100) {
  auto const asked = parsed_ranges(field, size);
  REQUIRE(asked.what == outcome::some);
  return asked.parts;
}

}  // namespace

TEST_CASE("ranges of each form", "[site]") {
  CHECK(parts("bytes=0-9") == std::vector<byte_range>{{0, 10}});
  CHECK(parts("bytes=90-") == std::vector<byte_range>{{90, 10}});
  CHECK(parts("bytes=-7") == std::vector<byte_range>{{93, 7}});
  CHECK(parts("bytes=95-200") == std::vector<byte_range>{{95, 5}});
  CHECK(parts("bytes=-200") == std::vector<byte_range>{{0, 100}});
  CHECK(parts("Bytes=99-99999999999999999999999") == std::vector<byte_range>{{99, 1}});
  CHECK(tool::site::content_range({90, 10}, 100) == "bytes 90-99/100");
}

TEST_CASE("several ranges are put in order, and joined where they meet", "[site]") {
  CHECK(parts("bytes=50-59, 0-9") == std::vector<byte_range>{{0, 10}, {50, 10}});
  CHECK(parts("bytes=0-9,10-19,15-29") == std::vector<byte_range>{{0, 30}});
  CHECK(parts("bytes=0-99,10-19") == std::vector<byte_range>{{0, 100}});
  CHECK(parts("bytes=0-9, 300-, ,-1") == std::vector<byte_range>{{0, 10}, {99, 1}});
}

TEST_CASE("nothing of what is asked for is there", "[site]") {
  for (auto const* const field : {"bytes=100-", "bytes=-0", "bytes=100-200, 300-"}) {
    INFO(field);
    CHECK(parsed_ranges(field, 100).what == outcome::unsatisfiable);
  }
}

TEST_CASE("what is no list of byte ranges is ignored", "[site]") {
  for (auto const* const field : {"", "bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=5-3", "bytes=0-9;1-2",
                                  "bytes=--1", "lines=0-9", "bytes=1 - 2", "bytes=-", "bytes=0x1-2", "bytes=+1-2"}) {
    INFO(field);
    CHECK(parsed_ranges(field, 100).what == outcome::ignored);
  }
  CHECK(parsed_ranges("bytes=0-", 0).what == outcome::ignored);
}

TEST_CASE("more ranges than are looked at are ignored together", "[site]") {
  std::string field = "bytes=0-0";
  for (std::size_t i = 1; i < tool::site::most_ranges; ++i) field += ",0-0";
  CHECK(parsed_ranges(field, 100).what == outcome::some);
  CHECK(parsed_ranges(field + ",0-0", 100).what == outcome::ignored);
}
