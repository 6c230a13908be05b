// SPDX-License-Identifier: BSL-1.0
/// \file
/// HKDF by Botan (RFC 5869).
#pragma once

#include <quoin/policy/crypto.hpp>

namespace quoin {

/// Extract and expand over HMAC with a suite's hash.
struct botan_kdf {
  static void extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept;
  static void expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/kdf.ipp>
#endif
