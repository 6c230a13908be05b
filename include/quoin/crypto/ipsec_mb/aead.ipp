// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/ipsec_mb/aead.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/ipsec_mb/aead.hpp>
#include <quoin/crypto/ipsec_mb/manager.hpp>
#include <quoin/crypto/x86/aes_blocks.hpp>

#include <algorithm>
#include <cstring>

namespace quoin {

QUOIN_DECL bool ipsec_mb_usable() noexcept {
  return detail::ipsec_mb_has_aes();
}

struct ipsec_mb_packet_key::state {
  using nonce = std::array<std::uint8_t, aead_iv_size>;
  using tag = std::array<std::uint8_t, aead_tag_size>;

  state(cipher_suite suite, byte_view key, byte_view iv_bytes) {
    QUOIN_ASSERT(suite != cipher_suite::chacha20_poly1305_sha256 && ipsec_mb_usable());
    QUOIN_ASSERT(key.size() == key_size(suite) && iv_bytes.size() == iv.size());
    auto const& manager = *detail::ipsec_mb_manager();
    bool const small = suite == cipher_suite::aes_128_gcm_sha256;
    seal_function = small ? manager.gcm128_enc : manager.gcm256_enc;
    open_function = small ? manager.gcm128_dec : manager.gcm256_dec;
    (small ? manager.gcm128_pre : manager.gcm256_pre)(key.data(), &expanded);
    std::copy(iv_bytes.begin(), iv_bytes.end(), iv.begin());
  }
  ~state() { imb_clear_mem(&expanded, sizeof expanded); }
  state(state const&) = delete;
  state& operator=(state const&) = delete;

  // RFC 9001 5.3: the number, padded on the left, exclusive-or the IV.
  [[nodiscard]] nonce nonce_of(packet_number number) const noexcept {
    auto made = iv;
    std::uint64_t low = 0;
    std::memcpy(&low, made.data() + 4, sizeof low);
    low ^= __builtin_bswap64(number);
    std::memcpy(made.data() + 4, &low, sizeof low);
    return made;
  }

  void run(aes_gcm_enc_dec_t function, packet_in_place const& packet, std::uint8_t* tag_out) const noexcept {
    QUOIN_ASSERT(packet.bytes.size() >= packet.header_size + aead_tag_size);
    auto const made = nonce_of(packet.number);
    auto* const payload = packet.bytes.data() + packet.header_size;
    gcm_context_data context;
    function(&expanded, &context, payload, payload, packet.bytes.size() - packet.header_size - aead_tag_size,
             made.data(), packet.bytes.data(), packet.header_size, tag_out, aead_tag_size);
  }

  // In a time that does not depend on where the tags differ.
  static bool same(tag const& left, std::uint8_t const* right) noexcept {
    std::array<std::uint64_t, 2> a;
    std::array<std::uint64_t, 2> b;
    std::memcpy(a.data(), left.data(), left.size());
    std::memcpy(b.data(), right, left.size());
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
  }

  gcm_key_data expanded;
  aes_gcm_enc_dec_t seal_function;
  aes_gcm_enc_dec_t open_function;
  nonce iv{};
};

QUOIN_DECL ipsec_mb_packet_key::ipsec_mb_packet_key(cipher_suite suite, byte_view key, byte_view iv)
    : state_(std::make_unique<state>(suite, key, iv)) {}
QUOIN_DECL ipsec_mb_packet_key::ipsec_mb_packet_key(ipsec_mb_packet_key&&) noexcept = default;
QUOIN_DECL ipsec_mb_packet_key& ipsec_mb_packet_key::operator=(ipsec_mb_packet_key&&) noexcept = default;
QUOIN_DECL ipsec_mb_packet_key::~ipsec_mb_packet_key() = default;

QUOIN_DECL void ipsec_mb_packet_key::seal(std::span<packet_in_place> packets) noexcept {
  for (auto const& packet : packets)
    state_->run(state_->seal_function, packet, packet.bytes.last(aead_tag_size).data());
}

QUOIN_DECL void ipsec_mb_packet_key::open(std::span<packet_in_place> packets) noexcept {
  for (auto& packet : packets) {
    state::tag made;
    state_->run(state_->open_function, packet, made.data());
    packet.authentic = state::same(made, packet.bytes.last(aead_tag_size).data());
  }
}

QUOIN_DECL void ipsec_mb_packet_key::combine_iv(std::uint32_t bits) noexcept {
  for (std::size_t i = 0; i < 4; ++i) state_->iv[i] ^= static_cast<std::uint8_t>(bits >> (24 - 8 * i));
}

struct ipsec_mb_header_key::state {
  detail::aes_round_keys keys;

  state(cipher_suite suite, byte_view key) {
    QUOIN_ASSERT(suite != cipher_suite::chacha20_poly1305_sha256 && ipsec_mb_usable());
    QUOIN_ASSERT(key.size() == key_size(suite));
    auto const& manager = *detail::ipsec_mb_manager();
    bool const small = suite == cipher_suite::aes_128_gcm_sha256;
    detail::aes_round_keys decryption;  // made along with the others, and not needed
    (small ? manager.keyexp_128 : manager.keyexp_256)(key.data(), keys.bytes.data(), decryption.bytes.data());
    imb_clear_mem(&decryption, sizeof decryption);
    keys.rounds = small ? 10 : 14;
  }
  ~state() { imb_clear_mem(&keys, sizeof keys); }
  state(state const&) = delete;
  state& operator=(state const&) = delete;
};

QUOIN_DECL ipsec_mb_header_key::ipsec_mb_header_key(cipher_suite suite, byte_view key)
    : state_(std::make_unique<state>(suite, key)) {}
QUOIN_DECL ipsec_mb_header_key::ipsec_mb_header_key(ipsec_mb_header_key&&) noexcept = default;
QUOIN_DECL ipsec_mb_header_key& ipsec_mb_header_key::operator=(ipsec_mb_header_key&&) noexcept = default;
QUOIN_DECL ipsec_mb_header_key::~ipsec_mb_header_key() = default;

QUOIN_DECL void ipsec_mb_header_key::masks(std::span<header_sample const> samples,
                                           std::span<header_mask> masks) noexcept {
  QUOIN_ASSERT(samples.size() == masks.size());
  detail::aes_masks(state_->keys, samples, masks);
}

}  // namespace quoin
