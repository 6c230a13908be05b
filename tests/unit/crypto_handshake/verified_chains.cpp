// SPDX-License-Identifier: BSL-1.0
#include <quoin/crypto/verified_chains.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

using time_point = verified_chains::time_point;

time_point const noon{1'000'000h};
verified_chains::validity const long_enough{noon - 100h, noon + 100h};

verified_chains::key key_number(std::uint8_t number) {
  verified_chains::key made{};
  made.back() = number;  // beyond the bytes that the index hashes
  return made;
}

verified_chains::identity named(std::string name) {
  return std::make_shared<peer_certificate const>(peer_certificate{std::move(name), {}});
}

}  // namespace

TEST_CASE("a remembered chain is found by its key alone", "[crypto_handshake]") {
  verified_chains known{4, 10min};
  CHECK(known.find(key_number(1), noon) == nullptr);
  known.remember(key_number(1), named("one"), long_enough, noon);
  known.remember(key_number(2), named("two"), long_enough, noon);
  REQUIRE(known.find(key_number(1), noon));
  CHECK(known.find(key_number(1), noon)->subject == "one");
  CHECK(known.find(key_number(2), noon)->subject == "two");
  CHECK(known.find(key_number(3), noon) == nullptr);
  CHECK(known.counted().hits == 3);
  CHECK(known.counted().misses == 2);
}

TEST_CASE("a verdict grows old", "[crypto_handshake]") {
  verified_chains known{4, 10min};
  known.remember(key_number(1), named("one"), long_enough, noon);
  CHECK(known.find(key_number(1), noon + 10min - 1ns));
  CHECK_FALSE(known.find(key_number(1), noon + 10min));
  CHECK(known.counted().entries == 0);
}

TEST_CASE("asking does not keep a verdict young", "[crypto_handshake]") {
  verified_chains known{4, 10min};
  known.remember(key_number(1), named("one"), long_enough, noon);
  for (auto at = noon; at < noon + 10min; at += 1min) CHECK(known.find(key_number(1), at));
  CHECK_FALSE(known.find(key_number(1), noon + 10min));
}

TEST_CASE("a chain counts only while all of it is valid", "[crypto_handshake][rfc5280]") {
  verified_chains known{4, 1000h};
  known.remember(key_number(1), named("one"), {noon - 1min, noon + 1min}, noon);
  CHECK(known.find(key_number(1), noon + 1min));
  CHECK_FALSE(known.find(key_number(1), noon + 1min + 1ns));
  known.remember(key_number(1), named("one"), {noon + 1min, noon + 2min}, noon);
  CHECK_FALSE(known.find(key_number(1), noon + 1s));
}

TEST_CASE("a clock that was set back makes no verdict valid", "[crypto_handshake]") {
  verified_chains known{4, 10min};
  known.remember(key_number(1), named("one"), long_enough, noon);
  CHECK_FALSE(known.find(key_number(1), noon - 1ns));
}

TEST_CASE("a full memory forgets the chain not asked for the longest", "[crypto_handshake]") {
  verified_chains known{3, 10min};
  for (std::uint8_t number = 1; number <= 3; ++number)
    known.remember(key_number(number), named("some"), long_enough, noon);
  CHECK(known.find(key_number(1), noon));
  known.remember(key_number(4), named("some"), long_enough, noon);
  CHECK(known.counted().entries == 3);
  CHECK(known.find(key_number(1), noon));
  CHECK_FALSE(known.find(key_number(2), noon));
  CHECK(known.find(key_number(3), noon));
  CHECK(known.find(key_number(4), noon));
}

TEST_CASE("a chain verified again takes one place", "[crypto_handshake]") {
  verified_chains known{3, 10min};
  for (auto at = noon; at < noon + 1h; at += 1min) known.remember(key_number(1), named("one"), long_enough, at);
  CHECK(known.counted().entries == 1);
  CHECK(known.find(key_number(1), noon + 1h));
}

TEST_CASE("a memory without room remembers nothing", "[crypto_handshake]") {
  verified_chains known{0, 10min};
  known.remember(key_number(1), named("one"), long_enough, noon);
  CHECK_FALSE(known.find(key_number(1), noon));
  CHECK(known.counted().entries == 0);
}
