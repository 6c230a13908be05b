// SPDX-License-Identifier: BSL-1.0
/// \file
/// Chance that is the same everywhere: the standard library's distributions differ between implementations, these do
/// not.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/time.hpp>

#include <array>
#include <bit>
#include <cstdint>

namespace quoin::sim {

/// xoshiro256++ (Blackman and Vigna, 2019). Fast and well distributed; worthless as a secret.
class random {
 public:
  /// `stream` makes generators of one seed independent of each other.
  constexpr explicit random(std::uint64_t seed, std::uint64_t stream = 0) noexcept {
    std::uint64_t mixed = seed;
    mixed = split_mix(mixed) ^ stream;
    for (auto& word : state_) word = split_mix(mixed);
  }

  constexpr std::uint64_t next() noexcept {
    auto& s = state_;
    auto const result = std::rotl(s[0] + s[3], 23) + s[0];
    auto const t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return result;
  }

  /// A number from 0 to `bound - 1`, each as likely as the others; `bound` is at least 1.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    QUOIN_ASSERT(bound > 0);
    // Draws outside the largest power of two that covers the bound are thrown away, so nothing is favoured.
    auto const mask = bound == 1 ? 0 : ~std::uint64_t{0} >> std::countl_zero(bound - 1);
    auto drawn = next() & mask;
    while (drawn >= bound) drawn = next() & mask;
    return drawn;
  }

  /// A number from 0 up to, not including, 1.
  constexpr double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// True with this probability; 0 and less is never, 1 and more is always.
  constexpr bool chance(double probability) noexcept { return unit() < probability; }

  /// A duration from `low` to `high`, both possible; `low` when they are the wrong way round.
  constexpr duration between(duration low, duration high) noexcept {
    if (high <= low) return low;
    auto const span = static_cast<std::uint64_t>((high - low).count());
    return low + duration{static_cast<duration::rep>(below(span + 1))};
  }

 private:
  /// SplitMix64, which turns any seed, 0 too, into a good state.
  static constexpr std::uint64_t split_mix(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15U;
    auto mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
    return mixed ^ mixed >> 31;
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace quoin::sim
