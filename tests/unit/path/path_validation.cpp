// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/path_validation.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

constexpr instant start{100s};

path_challenge_data data(std::uint8_t value) {
  path_challenge_data made{};
  made.fill(value);
  return made;
}

path_validation begun() {
  path_validation v;
  v.begin(start, 1s, 3s);
  return v;
}

}  // namespace

TEST_CASE("nothing is due before a validation begins, and a challenge is as soon as it does", "[path][rfc9000]") {
  path_validation v;
  CHECK_FALSE(v.under_way());
  CHECK_FALSE(v.challenge_due());
  CHECK(v.deadline() == never);
  v.begin(start, 1s, 3s);
  CHECK(v.under_way());
  CHECK(v.challenge_due());
  // It waits for permission to send, not for a timer.
  CHECK(v.deadline() == start + 3s);
}

TEST_CASE("an answer to a full-sized challenge validates the path", "[path][rfc9000]") {
  auto v = begun();
  v.on_sent(data(1), true, start);
  CHECK_FALSE(v.challenge_due());
  CHECK(v.on_response(data(2), start) == path_answer::unrelated);
  CHECK(v.under_way());
  CHECK(v.on_response(data(1), start + 50ms) == path_answer::validated);
  CHECK_FALSE(v.under_way());
  CHECK(v.deadline() == never);
  CHECK(v.on_response(data(1), start + 60ms) == path_answer::unrelated);
}

TEST_CASE("after an answer to a small challenge a full-sized one is due", "[path][rfc9000]") {
  auto v = begun();
  v.on_sent(data(1), false, start);
  CHECK(v.on_response(data(1), start + 2900ms) == path_answer::reached);
  CHECK(v.challenge_due());
  CHECK(v.under_way());
  v.on_sent(data(2), true, start + 2900ms);
  CHECK_FALSE(v.expire(start + 4s));
  CHECK(v.on_response(data(2), start + 4s) == path_answer::validated);
}

TEST_CASE("after an answer to a small challenge the full-sized one is repeated by the measured round trip", "[path]") {
  auto v = begun();
  v.on_sent(data(1), false, start);
  CHECK(v.on_response(data(1), start + 20ms) == path_answer::reached);
  v.on_sent(data(2), true, start + 20ms);
  CHECK(v.deadline() == start + 80ms);
  CHECK_FALSE(v.expire(start + 80ms));
  v.on_sent(data(3), true, start + 80ms);
  CHECK(v.deadline() == start + 200ms);
}

TEST_CASE("a slow answer makes nothing be repeated more rarely than before, and a fast one not all the time", "[path]") {
  auto v = begun();
  v.on_sent(data(1), false, start);
  auto slow = v;
  CHECK(slow.on_response(data(1), start + 900ms) == path_answer::reached);
  slow.on_sent(data(2), true, start + 900ms);
  CHECK(slow.deadline() == start + 1900ms);
  CHECK(v.on_response(data(1), start) == path_answer::reached);
  v.on_sent(data(2), true, start);
  CHECK(v.deadline() == start + 1ms);
}

TEST_CASE("challenges are repeated ever more rarely until patience ends", "[path][rfc9000]") {
  path_validation v;
  v.begin(start, 1s, 10s);
  v.on_sent(data(1), true, start);
  CHECK(v.deadline() == start + 1s);
  CHECK_FALSE(v.expire(start + 999ms));
  CHECK_FALSE(v.challenge_due());
  CHECK_FALSE(v.expire(start + 1s));
  CHECK(v.challenge_due());
  v.on_sent(data(2), true, start + 1s);
  CHECK(v.deadline() == start + 3s);
  // An earlier one may still be answered.
  auto copy = v;
  CHECK(copy.on_response(data(1), start + 2s) == path_answer::validated);
  CHECK(v.expire(start + 10s));
  CHECK_FALSE(v.under_way());
  CHECK_FALSE(v.expire(start + 11s));
  CHECK(v.on_response(data(2), start + 11s) == path_answer::unrelated);
}

TEST_CASE("only the newest challenges are remembered", "[path][limits]") {
  path_validation v;
  v.begin(start, 1ms, 1h);
  for (std::uint8_t i = 1; i <= 6; ++i) v.on_sent(data(i), true, start);
  CHECK(v.on_response(data(1), start) == path_answer::unrelated);
  CHECK(v.on_response(data(2), start) == path_answer::unrelated);
  CHECK(v.on_response(data(3), start) == path_answer::validated);
}
