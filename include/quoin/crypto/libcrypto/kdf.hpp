// SPDX-License-Identifier: BSL-1.0
/// \file
/// HKDF over the hashes of OpenSSL's libcrypto (RFC 5869).
#pragma once

#include <quoin/policy/crypto.hpp>

namespace quoin {

/// Extract and expand over HMAC with a suite's hash. Nothing is allocated, and nothing of a key is left behind.
struct libcrypto_kdf {
  static void extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept;
  static void expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept;

  /// The hash of `bytes` alone; `out` is as long as it.
  static void digest(hash_algorithm hash, byte_view bytes, byte_span out) noexcept;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/libcrypto/kdf.ipp>
#endif
