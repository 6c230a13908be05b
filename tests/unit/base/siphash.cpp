// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/siphash.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

TEST_CASE("SipHash-2-4 gives the published values", "[base]") {
  std::array<std::uint8_t, 64> message{};
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  quoin::hash_key const key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  CHECK(quoin::siphash(key, {}) == 0x726fdb47dd0e0e31);
  CHECK(quoin::siphash(key, quoin::byte_view{message}.first(1)) == 0x74f839c593dc67fd);
  CHECK(quoin::siphash(key, quoin::byte_view{message}.first(15)) == 0xa129ca6149be45e5);
}

TEST_CASE("keys that collide under one secret are spread by another", "[base][rfc9000]") {
  // What a peer can do who knows the hash but not the secret: choose 1000 IDs for one of 4096 buckets.
  constexpr std::uint64_t buckets = 4096;
  quoin::hash_key const guessed{};
  std::vector<std::array<std::uint8_t, 8>> ids;
  for (std::uint64_t n = 0; ids.size() < 1000; ++n) {
    std::array<std::uint8_t, 8> id{};
    for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::uint8_t>(n >> 8 * i);
    if (quoin::siphash(guessed, id) % buckets == 0) ids.push_back(id);
  }
  for (std::uint64_t secret = 1; secret <= 20; ++secret) {
    std::vector<int> load(buckets);
    for (auto const& id : ids) ++load[quoin::siphash({secret, ~secret}, id) % buckets];
    CHECK(*std::max_element(load.begin(), load.end()) < 12);
  }
}
