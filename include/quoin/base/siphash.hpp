// SPDX-License-Identifier: BSL-1.0
/// \file
/// SipHash-2-4: the keyed hash behind every table whose keys a peer can choose.
#pragma once

#include <quoin/base/bytes.hpp>

#include <array>
#include <bit>

namespace quoin {

/// A secret that makes hash values unpredictable to whoever chooses the keys.
using hash_key = std::array<std::uint64_t, 2>;

/// A fresh key from a source of randomness with `fill(byte_span)`.
template <class Entropy>
hash_key random_hash_key(Entropy& entropy) {
  hash_key key{};
  entropy.fill({reinterpret_cast<std::uint8_t*>(key.data()), sizeof key});
  return key;
}

/// SipHash-2-4 of `bytes` under `key` (Aumasson and Bernstein, 2012). Without the key nobody can make collisions.
constexpr std::uint64_t siphash(hash_key const& key, byte_view bytes) noexcept {
  std::uint64_t v0 = key[0] ^ 0x736f6d6570736575U;
  std::uint64_t v1 = key[1] ^ 0x646f72616e646f6dU;
  std::uint64_t v2 = key[0] ^ 0x6c7967656e657261U;
  std::uint64_t v3 = key[1] ^ 0x7465646279746573U;
  auto const round = [&] {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  auto const absorb = [&](std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  auto const word_at = [&](std::size_t at, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{bytes[at + i]} << (8 * i);
    return word;
  };

  auto const whole = bytes.size() & ~std::size_t{7};
  for (std::size_t at = 0; at < whole; at += 8) absorb(word_at(at, 8));
  absorb(word_at(whole, bytes.size() - whole) | std::uint64_t{bytes.size()} << 56);
  v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace quoin
