// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/function.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>

using namespace quoin;

TEST_CASE("what is kept is called again and again", "[function]") {
  int calls = 0;
  function<void()> kept{[&] { ++calls; }};
  call_kept(kept);
  call_kept(kept);
  CHECK(calls == 2);
  CHECK(kept);
}

TEST_CASE("a call may replace or empty the place that keeps it", "[function]") {
  std::string said;
  function<void()> kept;
  auto const first = std::make_shared<int>(0);
  kept = function<void()>{[&, first] {
    CHECK_FALSE(kept);
    kept = function<void()>{[&, first] {
      kept.reset();
      said += "second";
    }};
    said += "first ";
  }};
  CHECK(first.use_count() == 2);
  call_kept(kept);
  CHECK(first.use_count() == 2);
  REQUIRE(kept);
  call_kept(kept);
  CHECK(said == "first second");
  CHECK_FALSE(kept);
  CHECK(first.use_count() == 1);
}

TEST_CASE("what throws is kept all the same", "[function]") {
  function<void()> kept{[] { throw 1; }};
  CHECK_THROWS_AS(call_kept(kept), int);
  CHECK(kept);
}

TEST_CASE("what is called for the only time leaves its place before", "[function]") {
  int calls = 0;
  function<void()> kept;
  kept = function<void()>{[&] {
    CHECK_FALSE(kept);
    ++calls;
    kept = function<void()>{[&] { calls += 10; }};
  }};
  call_once(kept);
  REQUIRE(kept);
  call_once(kept);
  CHECK_FALSE(kept);
  CHECK(calls == 11);
}
