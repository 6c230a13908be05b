// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bytes that look random and repeat exactly for the same seed: for tests and simulations only.
#pragma once

#include <quoin/base/bytes.hpp>

#include <array>
#include <bit>

namespace quoin {

/// xoshiro256** (Blackman and Vigna), seeded by SplitMix64. NOT SECRET: whoever sees some of its output knows the rest.
/// A stack that uses it must never talk to strangers.
class seeded_entropy {
 public:
  constexpr seeded_entropy() noexcept : seeded_entropy(1) {}

  constexpr explicit seeded_entropy(std::uint64_t seed) noexcept {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      auto mixed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9U;
      mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
      word = mixed ^ mixed >> 31;
    }
  }

  constexpr void fill(byte_span room) noexcept {
    for (std::size_t at = 0; at < room.size(); at += sizeof(std::uint64_t)) {
      auto word = next();
      for (std::size_t i = at; i < room.size() && i < at + sizeof(word); ++i, word >>= 8)
        room[i] = static_cast<std::uint8_t>(word);
    }
  }

  /// An independent source that follows from this one: the same seed and order of forks give the same sources.
  constexpr seeded_entropy fork() noexcept { return seeded_entropy(next()); }

  /// 64 bits at once, for tests that draw numbers.
  constexpr std::uint64_t next() noexcept {
    auto const drawn = std::rotl(state_[1] * 5, 7) * 9;
    auto const shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace quoin
