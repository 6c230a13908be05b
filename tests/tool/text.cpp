// SPDX-License-Identifier: BSL-1.0
#include "text.hpp"
#include "media_type.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a list is split at commas and empty parts are dropped", "[tool]") {
  CHECK(tool::split_list("a,,bc,") == std::vector<std::string>{"a", "bc"});
  CHECK(tool::split_list("").empty());
}

TEST_CASE("bytes and seconds are shown in the unit that fits", "[tool]") {
  CHECK(tool::readable_bytes(0) == "0 B");
  CHECK(tool::readable_bytes(1023) == "1023 B");
  CHECK(tool::readable_bytes(1536) == "1.5 KiB");
  CHECK(tool::readable_bytes(256.0 * 1024 * 1024) == "256.0 MiB");
  CHECK(tool::readable_seconds(0.000'025) == "25 us");
  CHECK(tool::readable_seconds(0.25) == "250.0 ms");
  CHECK(tool::readable_seconds(12) == "12.00 s");
}

TEST_CASE("escapes are decoded once, and broken ones refused", "[tool]") {
  CHECK(tool::percent_decoded("a%20b%2Fc") == "a b/c");
  CHECK(tool::percent_decoded("%2541") == "%41");
  CHECK_FALSE(tool::percent_decoded("%"));
  CHECK_FALSE(tool::percent_decoded("%4"));
  CHECK_FALSE(tool::percent_decoded("%4g"));
  CHECK_FALSE(tool::percent_decoded("%00"));
}

TEST_CASE("a file's name says what it is", "[tool]") {
  CHECK(tool::media_type_of("a/page.html") == "text/html; charset=utf-8");
  CHECK(tool::media_type_of("LOGO.PNG") == "image/png");
  CHECK(tool::media_type_of("archive.tar.gz") == "application/gzip");
  for (auto const* unknown : {"", "README", "a.html/b", "x.", "x.unheard-of"})
    CHECK(tool::media_type_of(unknown) == "application/octet-stream");
}
