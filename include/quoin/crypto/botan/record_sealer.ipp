// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer's half of a TLS record layer: Botan wants records, QUIC brings bare messages. Included by handshake.ipp.
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/bytes.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/core/types.hpp>
#include <quoin/crypto/accelerated/kdf.hpp>

#include <botan/aead.h>
#include <botan/hash.h>
#include <botan/secmem.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace quoin::botan_detail {

using secret_bytes = Botan::secure_vector<std::uint8_t>;

/// HKDF-Expand-Label (RFC 8446 7.1).
QUOIN_DECL void expand_label(cipher_suite suite, byte_view secret, std::string_view label, byte_view context,
                             byte_span out) {
  std::string_view const prefix = "tls13 ";
  std::array<std::uint8_t, 2 + 2 * (1 + 255)> info;
  byte_writer writer{info};
  writer.u16(static_cast<std::uint16_t>(out.size()));
  writer.u8(static_cast<std::uint8_t>(prefix.size() + label.size()));
  writer.bytes(as_bytes(prefix));
  writer.bytes(as_bytes(label));
  writer.u8(static_cast<std::uint8_t>(context.size()));
  writer.bytes(context);
  QUOIN_ASSERT(writer.ok());

  accelerated_kdf::expand(hash_of(suite), secret, writer.written(), out);
}

QUOIN_DECL std::vector<std::uint8_t> digest_of(hash_algorithm hash, byte_view bytes) {
#ifdef QUOIN_HAS_LIBCRYPTO
  std::vector<std::uint8_t> digest(hash_size(hash));
  libcrypto_kdf::digest(hash, bytes, digest);
  return digest;
#else
  auto const by = Botan::HashFunction::create_or_throw(hash == hash_algorithm::sha384 ? "SHA-384" : "SHA-256");
  by->update(bytes);
  return by->final_stdvec();
#endif
}

QUOIN_DECL std::vector<std::uint8_t> transcript_hash(cipher_suite suite, byte_view bytes) {
  return digest_of(hash_of(suite), bytes);
}

/// Wraps whole handshake messages into TLS records: plain ones first, sealed ones once a secret is installed.
class record_sealer {
 public:
  void install(cipher_suite suite, byte_view secret) {
    char const* const name = suite == cipher_suite::aes_128_gcm_sha256   ? "AES-128/GCM"
                             : suite == cipher_suite::aes_256_gcm_sha384 ? "AES-256/GCM"
                                                                         : "ChaCha20Poly1305";
    aead_ = Botan::AEAD_Mode::create_or_throw(name, Botan::Cipher_Dir::Encryption);
    secret_bytes key(key_size(suite));
    expand_label(suite, secret, "key", {}, key);
    aead_->set_key(key);
    expand_label(suite, secret, "iv", {}, iv_);
    sequence_ = 0;
  }

  /// Appends the record or records that carry `message`.
  void wrap(byte_view message, std::vector<std::uint8_t>& out) {
    while (!message.empty()) {
      auto const part = message.first(std::min<std::size_t>(message.size(), fragment_max));
      message = message.subspan(part.size());
      if (aead_)
        seal(part, out);
      else
        put(out, header(handshake_record, part.size()), part);
    }
  }

 private:
  using record_header = std::array<std::uint8_t, 5>;
  static constexpr std::size_t fragment_max = 16384;
  static constexpr std::uint8_t handshake_record = 22;
  static constexpr std::uint8_t application_record = 23;

  static record_header header(std::uint8_t type, std::size_t size) {
    return {type, 3, 3, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)};
  }

  static void put(std::vector<std::uint8_t>& out, record_header const& head, byte_view body) {
    out.insert(out.end(), head.begin(), head.end());
    out.insert(out.end(), body.begin(), body.end());
  }

  void seal(byte_view part, std::vector<std::uint8_t>& out) {
    auto const head = header(application_record, part.size() + 1 + aead_tag_size);
    auto nonce = iv_;
    for (std::size_t i = 0; i < 8; ++i) nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
    ++sequence_;
    buffer_.assign(part.begin(), part.end());
    buffer_.push_back(handshake_record);
    aead_->set_associated_data(head);
    aead_->start(nonce);
    aead_->finish(buffer_);
    put(out, head, buffer_);
  }

  std::unique_ptr<Botan::AEAD_Mode> aead_;
  std::array<std::uint8_t, aead_iv_size> iv_{};
  std::uint64_t sequence_ = 0;
  secret_bytes buffer_;
};

}  // namespace quoin::botan_detail
