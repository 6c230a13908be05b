// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/botan/aead.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/aead.hpp>
#include <quoin/crypto/botan/gcm.ipp>

#include <botan/aead.h>
#include <botan/block_cipher.h>
#include <botan/exceptn.h>
#include <botan/secmem.h>
#include <botan/stream_cipher.h>

#include <algorithm>
#include <variant>

namespace quoin {

namespace detail {

/// ChaCha20-Poly1305 (RFC 8439 2.8), as Botan has it.
class botan_chacha20_poly1305 {
 public:
  explicit botan_chacha20_poly1305(byte_view key)
      : sealer_(Botan::AEAD_Mode::create_or_throw("ChaCha20Poly1305", Botan::Cipher_Dir::Encryption)),
        opener_(Botan::AEAD_Mode::create_or_throw("ChaCha20Poly1305", Botan::Cipher_Dir::Decryption)) {
    sealer_->set_key(key);
    opener_->set_key(key);
    tag_.reserve(2 * aead_tag_size);
    warm_up();
  }

  void seal(botan_nonce const& nonce, packet_in_place const& packet) {
    begin(*sealer_, nonce, packet);
    tag_.clear();
    sealer_->finish(tag_);
    std::copy(tag_.begin(), tag_.end(), packet.bytes.last(aead_tag_size).begin());
  }

  bool open(botan_nonce const& nonce, packet_in_place const& packet) {
    try {
      begin(*opener_, nonce, packet);
      auto const received = packet.bytes.last(aead_tag_size);
      tag_.assign(received.begin(), received.end());
      opener_->finish(tag_);
      return true;
    } catch (Botan::Exception const&) {
      opener_->reset();
      return false;
    }
  }

 private:
  // Botan makes some buffers at first use, and others when first a message or its associated data is long enough. One
  // long run, over a header longer than any that this suite meets, leaves nothing to be made later.
  void warm_up() {
    std::array<std::uint8_t, 2048> bytes{};
    packet_in_place const packet{bytes, 64, 0, false};
    seal({}, packet);
    open({}, packet);
  }

  static void begin(Botan::AEAD_Mode& mode, botan_nonce const& nonce, packet_in_place const& packet) {
    auto const payload = sealed_part(packet);
    mode.set_associated_data(packet.bytes.first(packet.header_size));
    mode.start(nonce);
    if (!payload.empty()) mode.process(payload);
  }

  std::unique_ptr<Botan::AEAD_Mode> sealer_;
  std::unique_ptr<Botan::AEAD_Mode> opener_;
  Botan::secure_vector<std::uint8_t> tag_;
};

}  // namespace detail

struct botan_packet_key::state {
  using aead = std::variant<detail::botan_gcm, detail::botan_chacha20_poly1305>;

  state(cipher_suite suite, byte_view key, byte_view iv_bytes) : cipher(made(suite, key)) {
    QUOIN_ASSERT(iv_bytes.size() == iv.size());
    std::copy(iv_bytes.begin(), iv_bytes.end(), iv.begin());
  }

  static aead made(cipher_suite suite, byte_view key) {
    switch (suite) {
      case cipher_suite::aes_128_gcm_sha256: return detail::botan_gcm{"AES-128", key};
      case cipher_suite::aes_256_gcm_sha384: return detail::botan_gcm{"AES-256", key};
      case cipher_suite::chacha20_poly1305_sha256: break;
    }
    return detail::botan_chacha20_poly1305{key};
  }

  // RFC 9001 5.3: the number, padded on the left, exclusive-or the IV.
  [[nodiscard]] detail::botan_nonce nonce_of(packet_number number) const noexcept {
    auto made = iv;
    for (std::size_t i = 0; i < 8; ++i) made[made.size() - 1 - i] ^= static_cast<std::uint8_t>(number >> (8 * i));
    return made;
  }

  aead cipher;
  detail::botan_nonce iv{};
};

QUOIN_DECL botan_packet_key::botan_packet_key(cipher_suite suite, byte_view key, byte_view iv)
    : state_(std::make_unique<state>(suite, key, iv)) {}
QUOIN_DECL botan_packet_key::botan_packet_key(botan_packet_key&&) noexcept = default;
QUOIN_DECL botan_packet_key& botan_packet_key::operator=(botan_packet_key&&) noexcept = default;
QUOIN_DECL botan_packet_key::~botan_packet_key() = default;

QUOIN_DECL void botan_packet_key::seal(std::span<packet_in_place> packets) noexcept {
  std::visit(
      [&](auto& cipher) {
        for (auto const& packet : packets) cipher.seal(state_->nonce_of(packet.number), packet);
      },
      state_->cipher);
}

QUOIN_DECL void botan_packet_key::open(std::span<packet_in_place> packets) noexcept {
  std::visit(
      [&](auto& cipher) {
        for (auto& packet : packets) packet.authentic = cipher.open(state_->nonce_of(packet.number), packet);
      },
      state_->cipher);
}

QUOIN_DECL void botan_packet_key::combine_iv(std::uint32_t bits) noexcept {
  for (std::size_t i = 0; i < 4; ++i) state_->iv[i] ^= static_cast<std::uint8_t>(bits >> (24 - 8 * i));
}

struct botan_header_key::state {
  static constexpr std::size_t blocks_at_once = 16;

  state(cipher_suite suite, byte_view key) {
    if (suite == cipher_suite::chacha20_poly1305_sha256) {
      stream = Botan::StreamCipher::create_or_throw("ChaCha(20)");
      stream->set_key(key);
      header_mask unused;
      make_keystream({}, unused);  // makes Botan's buffers now rather than at the first packet
    } else {
      block = Botan::BlockCipher::create_or_throw(suite == cipher_suite::aes_128_gcm_sha256 ? "AES-128" : "AES-256");
      block->set_key(key);
    }
  }

  void encrypt_blocks(std::span<header_sample const> samples, std::span<header_mask> masks) const {
    std::array<std::uint8_t, 16 * blocks_at_once> out;
    for (std::size_t at = 0; at < samples.size(); at += blocks_at_once) {
      auto const count = std::min(blocks_at_once, samples.size() - at);
      block->encrypt_n(samples[at].data(), out.data(), count);
      for (std::size_t i = 0; i < count; ++i)
        std::copy_n(out.data() + 16 * i, std::tuple_size_v<header_mask>, masks[at + i].data());
    }
  }

  // RFC 9001 5.4.4: the first four bytes of a sample are the block counter, little-endian; the others are the nonce.
  void make_keystream(header_sample const& sample, header_mask& mask) const {
    std::uint64_t counter = 0;
    for (std::size_t i = 0; i < 4; ++i) counter |= std::uint64_t{sample[i]} << (8 * i);
    stream->set_iv(sample.data() + 4, 12);
    stream->seek(counter * 64);
    stream->write_keystream(mask.data(), mask.size());
  }

  std::unique_ptr<Botan::BlockCipher> block;
  std::unique_ptr<Botan::StreamCipher> stream;
};

QUOIN_DECL botan_header_key::botan_header_key(cipher_suite suite, byte_view key)
    : state_(std::make_unique<state>(suite, key)) {}
QUOIN_DECL botan_header_key::botan_header_key(botan_header_key&&) noexcept = default;
QUOIN_DECL botan_header_key& botan_header_key::operator=(botan_header_key&&) noexcept = default;
QUOIN_DECL botan_header_key::~botan_header_key() = default;

QUOIN_DECL void botan_header_key::masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept {
  QUOIN_ASSERT(samples.size() == masks.size());
  if (state_->block) return state_->encrypt_blocks(samples, masks);
  for (std::size_t i = 0; i < samples.size(); ++i) state_->make_keystream(samples[i], masks[i]);
}

}  // namespace quoin
