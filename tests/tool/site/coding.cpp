// SPDX-License-Identifier: BSL-1.0
#include "site/coding.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using tool::site::best_coding;
using tool::site::coding_set;
using tool::site::codings;

namespace {

std::string best(std::string_view accept, coding_set const& there = {true, true, true}) {
  auto const index = best_coding(accept, there);
  return index ? std::string{codings[*index].name} : "identity";
}

}  // namespace

TEST_CASE("the coding with the greatest weight is taken, and ours of equals", "[site]") {
  CHECK(best("gzip, deflate, br, zstd") == "br");
  CHECK(best("gzip, zstd") == "zstd");
  CHECK(best("gzip;q=1.0, br;q=0.9") == "gzip");
  CHECK(best("GZIP") == "gzip");
  CHECK(best("x-gzip") == "gzip");
  CHECK(best("br", {false, true, true}) == "identity");
  CHECK(best("*") == "br");
  CHECK(best("br;q=0, *") == "zstd");
  CHECK(best("gzip ; q=0.001") == "gzip");
}

TEST_CASE("the file itself is taken when nothing else is wanted or wanted more", "[site]") {
  CHECK(best("") == "identity");
  CHECK(best("deflate") == "identity");
  CHECK(best("gzip;q=0") == "identity");
  CHECK(best("identity, gzip;q=0.5") == "identity");
  CHECK(best("identity;q=0.5, gzip") == "gzip");
  CHECK(best("gzip;q=2") == "identity");
  CHECK(best("gzip;q=0.1234") == "identity");
  CHECK(best("gzip;q=abc") == "identity");
}
