// SPDX-License-Identifier: BSL-1.0
/// \file
/// Single AES blocks by the processor's own instructions, several at once: what header protection needs (RFC
/// 9001 5.4.3). Only for code that has made sure that the processor has them.
#pragma once

#if defined(__x86_64__)

#include <quoin/policy/crypto.hpp>

#include <immintrin.h>

#include <cstring>

namespace quoin::detail {

/// The round keys of AES-128 (11) or AES-256 (15) in the order of encryption.
struct aes_round_keys {
  alignas(16) std::array<std::uint8_t, 15 * 16> bytes{};
  std::size_t rounds = 0;
};

/// Encrypts `Count` blocks side by side, so that one's latency hides the others', and keeps the first bytes of each.
template <std::size_t Count>
__attribute__((target("aes,sse4.1"))) void aes_masks_of(aes_round_keys const& keys, header_sample const* samples,
                                                        header_mask* masks) noexcept {
  auto const key_at = [&keys](std::size_t round) __attribute__((target("aes,sse4.1"))) {
    return _mm_load_si128(reinterpret_cast<__m128i const*>(keys.bytes.data()) + round);
  };
  __m128i blocks[Count];
  auto const first = key_at(0);
  for (std::size_t i = 0; i < Count; ++i)
    blocks[i] = _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<__m128i const*>(samples[i].data())), first);
  for (std::size_t round = 1; round < keys.rounds; ++round) {
    auto const key = key_at(round);
    for (std::size_t i = 0; i < Count; ++i) blocks[i] = _mm_aesenc_si128(blocks[i], key);
  }
  auto const last = key_at(keys.rounds);
  for (std::size_t i = 0; i < Count; ++i) {
    auto const block = _mm_aesenclast_si128(blocks[i], last);
    auto const low = _mm_cvtsi128_si64(block);
    std::memcpy(masks[i].data(), &low, masks[i].size());
  }
}

/// `masks[i]` is the start of `samples[i]` encrypted.
inline void aes_masks(aes_round_keys const& keys, std::span<header_sample const> samples,
                      std::span<header_mask> masks) noexcept {
  std::size_t at = 0;
  for (; at + 8 <= samples.size(); at += 8) aes_masks_of<8>(keys, samples.data() + at, masks.data() + at);
  for (; at < samples.size(); ++at) aes_masks_of<1>(keys, samples.data() + at, masks.data() + at);
}

}  // namespace quoin::detail

#endif
