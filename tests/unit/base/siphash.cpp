// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/siphash.hpp>

#include <catch2/catch_test_macros.hpp>

#include <numeric>

TEST_CASE("SipHash-2-4 gives the published values", "[base]") {
  std::array<std::uint8_t, 64> message{};
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  quoin::hash_key const key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  CHECK(quoin::siphash(key, {}) == 0x726fdb47dd0e0e31);
  CHECK(quoin::siphash(key, quoin::byte_view{message}.first(1)) == 0x74f839c593dc67fd);
  CHECK(quoin::siphash(key, quoin::byte_view{message}.first(15)) == 0xa129ca6149be45e5);
}
