// SPDX-License-Identifier: BSL-1.0
/// \file
/// HKDF over libipsec-mb's hashes (RFC 5869), so that its packet protection stands on its own.
#pragma once

#include <quoin/policy/crypto.hpp>

namespace quoin {

/// Extract and expand over HMAC with a suite's hash. For the short inputs of a key schedule: at most 1024 bytes each.
struct ipsec_mb_kdf {
  static void extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept;
  static void expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/ipsec_mb/kdf.ipp>
#endif
