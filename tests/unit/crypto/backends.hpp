// SPDX-License-Identifier: BSL-1.0
/// \file
/// The packet protection that this build has, as type lists for tests.
#pragma once

#include <quoin/crypto/accelerated/protection.hpp>

#include <array>
#include <tuple>
#include <type_traits>

namespace quoin::test {

inline constexpr std::array all_suites{cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384,
                                       cipher_suite::chacha20_poly1305_sha256};

#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)
using real_backends = std::tuple<botan_protection, ipsec_mb_protection, accelerated_protection>;
#else
using real_backends = std::tuple<botan_protection>;
#endif

/// Whether a backend can make keys of a suite here.
template <packet_protection P>
bool serves(cipher_suite suite) {
  if constexpr (requires { P::serves(suite); }) return P::serves(suite);
  return true;
}

}  // namespace quoin::test
