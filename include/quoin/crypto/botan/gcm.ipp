// SPDX-License-Identifier: BSL-1.0
/// \file
/// AES-GCM for packets, put together from Botan's AES and Botan's GMAC.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/policy/crypto.hpp>

#include <botan/block_cipher.h>
#include <botan/mac.h>
#include <botan/mem_ops.h>
#include <botan/secmem.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <string>

#ifndef BOTAN_HAS_GMAC
#error "quoin needs a Botan that has the module gmac: add it to --enable-modules"
#endif

namespace quoin::detail {

using botan_nonce = std::array<std::uint8_t, aead_iv_size>;

inline byte_span sealed_part(packet_in_place const& packet) noexcept {
  QUOIN_ASSERT(packet.bytes.size() >= packet.header_size + aead_tag_size);
  return packet.bytes.subspan(packet.header_size, packet.bytes.size() - packet.header_size - aead_tag_size);
}

/// What the last block of GHASH costs a tag that was made with another last block. In it stand the lengths of the
/// associated data and of the ciphertext, in bits (NIST SP 800-38D 7.1). GHASH is linear and multiplies that block by
/// the hash subkey once, so that a tag changes by the difference of the blocks times the subkey. Lengths are no secret.
class gcm_length_correction {
 public:
  explicit gcm_length_correction(std::array<std::uint8_t, 16> const& subkey)
      : multiples_(2 * words_of_a_block * powers) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      high = high << 8 | subkey[i];
      low = low << 8 | subkey[8 + i];
    }
    // The subkey times x^k, bit k counted from the block's first. The bit for 2^j stands at 63 - j in either length.
    for (std::size_t k = 0; k < 128; ++k) {
      auto const j = 63 - k % 64;
      if (j < powers) {
        auto* const multiple = multiple_of(k / 64, j);
        multiple[0] = high;
        multiple[1] = low;
      }
      auto const carry = std::uint64_t{0} - (low & 1);  // no branch, for these bits are secret
      low = low >> 1 | high << 63;
      high = high >> 1 ^ (carry & 0xe100000000000000);
    }
  }

  /// Changes `tag` by the product of the subkey and a block of these two halves.
  void apply(std::uint64_t first_half, std::uint64_t second_half, std::span<std::uint8_t, 16> tag) const noexcept {
    QUOIN_ASSERT(first_half >> powers == 0 && second_half >> powers == 0);
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t half = 0; half < 2; ++half)
      for (auto bits = half == 0 ? first_half : second_half; bits != 0; bits &= bits - 1) {
        auto const* const multiple = multiple_of(half, static_cast<std::size_t>(std::countr_zero(bits)));
        high ^= multiple[0];
        low ^= multiple[1];
      }
    for (std::size_t i = 0; i < 8; ++i) {
      tag[i] ^= static_cast<std::uint8_t>(high >> (56 - 8 * i));
      tag[8 + i] ^= static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
  }

 private:
  static constexpr std::size_t powers =
      20;  // a UDP datagram has fewer than 2^16 bytes, its padded parts at most as many
  static constexpr std::size_t words_of_a_block = 2;

  std::uint64_t* multiple_of(std::size_t half, std::size_t power) noexcept {
    return multiples_.data() + words_of_a_block * (half * powers + power);
  }
  std::uint64_t const* multiple_of(std::size_t half, std::size_t power) const noexcept {
    return multiples_.data() + words_of_a_block * (half * powers + power);
  }

  Botan::secure_vector<std::uint64_t> multiples_;
};

/// AES-GCM with a tag of 16 bytes and a nonce of 12 (NIST SP 800-38D; RFC 5116 5.1). Botan's own makes a kilobyte of
/// key stream ahead for each nonce, more than what many packets need, and throws at a forged one. Here Botan encrypts
/// the counter blocks that a packet needs, and authenticates header and ciphertext as if all were the data of a GMAC,
/// which is GCM of nothing but associated data; what is left is the block of lengths.
class botan_gcm {
 public:
  botan_gcm(std::string const& cipher, byte_view key)
      : aes_(with_key(Botan::BlockCipher::create_or_throw(cipher), key)),
        gmac_(with_key(Botan::MessageAuthenticationCode::create_or_throw("GMAC(" + cipher + ")"), key)),
        correction_(hash_subkey(*aes_)) {}

  void seal(botan_nonce const& nonce, packet_in_place const& packet) {
    auto const payload = sealed_part(packet);
    apply_key_stream(nonce, payload);
    auto const tag = tag_of(nonce, packet.bytes.first(packet.header_size), payload);
    std::copy(tag.begin(), tag.end(), packet.bytes.last(aead_tag_size).begin());
  }

  /// Leaves what is forged as it was.
  bool open(botan_nonce const& nonce, packet_in_place const& packet) {
    auto const payload = sealed_part(packet);
    auto const tag = tag_of(nonce, packet.bytes.first(packet.header_size), payload);
    if (!Botan::constant_time_compare(tag, packet.bytes.last(aead_tag_size))) return false;
    apply_key_stream(nonce, payload);
    return true;
  }

 private:
  static constexpr std::size_t block_size = 16;
  using block = std::array<std::uint8_t, block_size>;

  static constexpr block counter_block(botan_nonce const& nonce, std::uint32_t counter) noexcept {
    block made{};
    std::copy(nonce.begin(), nonce.end(), made.begin());
    for (std::size_t i = 0; i < 4; ++i) made[nonce.size() + i] = static_cast<std::uint8_t>(counter >> (24 - 8 * i));
    return made;
  }

  /// Of two blocks that share no bit.
  static constexpr block either(block const& a, block const& b) noexcept {
    block both{};
    for (std::size_t i = 0; i < block_size; ++i) both[i] = static_cast<std::uint8_t>(a[i] | b[i]);
    return both;
  }

  /// What the last bits of a counter add to a block; enough of them for any packet on an Ethernet.
  static constexpr auto low_counters = [] {
    std::array<block, 128> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i][block_size - 1] = static_cast<std::uint8_t>(i);
    return all;
  }();

  template <class Keyed>
  static std::unique_ptr<Keyed> with_key(std::unique_ptr<Keyed> made, byte_view key) {
    made->set_key(key);
    return made;
  }

  static block hash_subkey(Botan::BlockCipher const& aes) {
    block subkey{};
    aes.encrypt(subkey.data());
    return subkey;
  }

  /// GCTR from the second counter on; the first one hides the tag.
  void apply_key_stream(botan_nonce const& nonce, byte_span text) const {
    std::array<block, low_counters.size()> stream;
    std::size_t first = 2;
    std::uint32_t high = 0;
    for (auto rest = text; !rest.empty(); first = 0, high += static_cast<std::uint32_t>(stream.size())) {
      auto const now = rest.first(std::min(rest.size(), block_size * (stream.size() - first)));
      auto const blocks = (now.size() + block_size - 1) / block_size;
      auto const base = counter_block(nonce, high);
      for (std::size_t i = 0; i < blocks; ++i) stream[i] = either(base, low_counters[first + i]);
      aes_->encrypt_n(stream.data()->data(), stream.data()->data(), blocks);
      auto const* const bytes = stream.data()->data();
      for (std::size_t i = 0; i < now.size(); ++i) now[i] ^= bytes[i];
      rest = rest.subspan(now.size());
    }
    Botan::secure_scrub_memory(stream.data(), std::min(sizeof stream, text.size()));
  }

  block tag_of(botan_nonce const& nonce, byte_view header, byte_view ciphertext) {
    static constexpr block zeros{};
    auto const padding = (block_size - header.size() % block_size) % block_size;
    gmac_->start(nonce);
    gmac_->update(header);
    gmac_->update(byte_view{zeros}.first(padding));
    gmac_->update(ciphertext);
    block tag;
    gmac_->final(tag);
    // In GMAC's last block all of that stands as associated data.
    std::uint64_t const said = header.size() + padding + ciphertext.size();
    correction_.apply(8 * said ^ 8 * header.size(), 8 * ciphertext.size(), tag);
    return tag;
  }

  std::unique_ptr<Botan::BlockCipher> aes_;
  std::unique_ptr<Botan::MessageAuthenticationCode> gmac_;
  gcm_length_correction correction_;
};

}  // namespace quoin::detail
