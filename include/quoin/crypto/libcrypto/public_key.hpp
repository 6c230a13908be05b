// SPDX-License-Identifier: BSL-1.0
/// \file
/// The public-key operations of the usual handshake by OpenSSL's libcrypto, whose P-256 and X25519 are assembly.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/contract.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

struct evp_pkey_st;      // OpenSSL's EVP_PKEY
struct evp_pkey_ctx_st;  // and EVP_PKEY_CTX, an operation with a key

namespace quoin::libcrypto {

/// Owns a key of libcrypto's.
struct key_deleter {
  void operator()(evp_pkey_st* key) const noexcept;
};
using key_pointer = std::unique_ptr<evp_pkey_st, key_deleter>;

struct context_deleter {
  void operator()(evp_pkey_ctx_st* context) const noexcept;
};
using context_pointer = std::unique_ptr<evp_pkey_ctx_st, context_deleter>;

using x25519_bytes = std::array<std::uint8_t, 32>;

/// One side of an X25519 exchange (RFC 7748 6.1).
class x25519_key {
 public:
  /// From 32 random bytes; nothing where this libcrypto cannot do it.
  static std::optional<x25519_key> from_secret(byte_view secret) noexcept;

  [[nodiscard]] x25519_bytes const& public_value() const noexcept { return public_; }

  /// The shared secret; nothing when `peer` is not 32 bytes of which something other than zero comes (RFC 8446 7.4.2).
  /// Not for two threads at once.
  [[nodiscard]] std::optional<x25519_bytes> agree(byte_view peer) const noexcept;

 private:
  context_pointer context_;
  x25519_bytes public_{};
};

/// What comes of a verification; `unable` says nothing about the signature.
enum class verdict { valid, invalid, unable };

/// Verifies an ECDSA signature on P-256, as DER, over a SHA-256 `digest` with the public key `point`, uncompressed.
verdict verify_p256(byte_view point, byte_view digest, byte_view signature) noexcept;

/// Signs by ECDSA on P-256.
class p256_signer {
 public:
  /// From an ECPrivateKey (RFC 5915) or PKCS#8 as DER; nothing when it is not a key on P-256.
  static std::optional<p256_signer> from_der(byte_view key) noexcept;

  /// The signature over a SHA-256 `digest` as DER; empty when libcrypto fails.
  [[nodiscard]] std::vector<std::uint8_t> sign(byte_view digest) const;

 private:
  key_pointer key_;
};

}  // namespace quoin::libcrypto

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/libcrypto/public_key.ipp>
#endif
