// SPDX-License-Identifier: BSL-1.0
#include "site/target.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace tool::site;

namespace {

target named(std::string_view text, bool all = false) {
  target out;
  INFO(text);
  REQUIRE(parsed_target(text, all, out) == target_outcome::named);
  return out;
}

target_outcome outcome_of(std::string_view text) {
  target out;
  return parsed_target(text, false, out);
}

}  // namespace

TEST_CASE("targets name files and folders", "[site]") {
  CHECK(named("/").path.empty());
  CHECK(named("/").directory);
  CHECK(named("/a/b%20c").path == "a/b c");
  CHECK_FALSE(named("/a").directory);
  CHECK(named("/a/").path == "a");
  CHECK(named("/a/").directory);
  CHECK(named("/a?b/c").path == "a");
  CHECK(named("/a?b/c").query == "?b/c");
  CHECK(named("https://example.org/a").path == "a");
  CHECK(named("http://example.org").path.empty());
}

TEST_CASE("names that nobody has, and names that are hidden", "[site]") {
  for (auto const* const text : {"//", "//a", "/a//b", "/a//", "/.", "/..", "/a/../b", "/%2e%2e/a", "/a%2fb", "/.git/x",
                                 "/a/.htaccess", "/a/.well-known/x"}) {
    INFO(text);
    CHECK(outcome_of(text) == target_outcome::hidden);
  }
  CHECK(named("/.well-known/x").path == ".well-known/x");
  CHECK(named("/.git/x", true).path == ".git/x");
}

TEST_CASE("what is no path is refused", "[site]") {
  for (auto const* const text : {"", "a", "*", "/%", "/%1", "/%zz", "/a%00b", "?x"}) {
    INFO(text);
    CHECK(outcome_of(text) == target_outcome::malformed);
  }
}

TEST_CASE("a path that is written again leads to the same file and never to another host", "[site]") {
  CHECK(encoded_path("a b/c?d") == "/a%20b/c%3Fd");
  CHECK(encoded_path("") == "/");
  for (auto const* const path : {"a", "a b/\xC3\xA4", "%41", "x\\y", "a\r\nb"})
    CHECK(named(encoded_path(path)).path == path);
}
