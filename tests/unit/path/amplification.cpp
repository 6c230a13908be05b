// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/amplification.hpp>

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <random>

namespace {
constexpr auto everything = std::numeric_limits<quoin::byte_count>::max();
}

TEST_CASE("nothing may be sent to an address that nothing came from", "[path][rfc9000]") {
  quoin::amplification_limit limit;
  CHECK(limit.allowance() == 0);
  CHECK(limit.blocked(1));
  CHECK_FALSE(limit.blocked(0));
}

TEST_CASE("three times what was received may be sent, and not a byte more", "[path][rfc9000]") {
  quoin::amplification_limit limit;
  limit.on_received(1200);
  CHECK(limit.allowance() == 3600);
  CHECK_FALSE(limit.blocked(3600));
  CHECK(limit.blocked(3601));
  limit.on_sent(3599);
  CHECK_FALSE(limit.blocked(1));
  CHECK(limit.blocked(2));
  limit.on_sent(1);
  CHECK(limit.blocked(1));
  limit.on_received(1);
  CHECK(limit.allowance() == 3);
}

TEST_CASE("validation lifts the limit for good", "[path][rfc9000]") {
  quoin::amplification_limit limit;
  limit.on_received(100);
  limit.on_sent(300);
  REQUIRE(limit.blocked(1));
  limit.validate();
  CHECK(limit.validated());
  CHECK(limit.allowance() == everything);
  limit.on_sent(everything);
  CHECK_FALSE(limit.blocked(everything));
}

TEST_CASE("sending more than allowed leaves no credit and does not wrap around", "[path]") {
  quoin::amplification_limit limit;
  limit.on_received(10);
  limit.on_sent(1000);
  CHECK(limit.allowance() == 0);
  limit.on_received(10);
  CHECK(limit.allowance() == 0);
}

TEST_CASE("counts saturate instead of wrapping around", "[path]") {
  quoin::amplification_limit limit;
  limit.on_received(everything);
  limit.on_received(everything);
  CHECK(limit.allowance() == everything);
  limit.on_sent(everything - 1);
  CHECK(limit.allowance() == 1);
  limit.on_sent(5);
  CHECK(limit.allowance() == 0);
}

TEST_CASE("whoever asks before each datagram never exceeds the factor", "[path][rfc9000]") {
  quoin::amplification_limit limit;
  std::mt19937 random{8};
  quoin::byte_count received = 0;
  quoin::byte_count sent = 0;
  for (int i = 0; i < 10'000; ++i) {
    quoin::byte_count const size = 1 + random() % 1500;
    if (random() % 4 == 0) {
      limit.on_received(size);
      received += size;
    } else if (!limit.blocked(size)) {
      limit.on_sent(size);
      sent += size;
    }
    REQUIRE(sent <= 3 * received);
  }
}
