// SPDX-License-Identifier: BSL-1.0
/// \file
/// `ipsec_mb_protection`: packet protection for the AES suites on x86, where libipsec-mb is there. Elsewhere this
/// header is empty: look at QUOIN_HAS_IPSEC_MB.
#pragma once

#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)

#include <quoin/crypto/ipsec_mb/aead.hpp>
#include <quoin/crypto/ipsec_mb/kdf.hpp>

namespace quoin {

/// The fastest packet protection on x86; the AES suites only, and only while `ipsec_mb_usable()`.
struct ipsec_mb_protection {
  using packet_key = ipsec_mb_packet_key;
  using header_key = ipsec_mb_header_key;
  using kdf = ipsec_mb_kdf;

  /// Whether keys of `suite` may be made here.
  [[nodiscard]] static bool serves(cipher_suite suite) noexcept {
    return suite != cipher_suite::chacha20_poly1305_sha256 && ipsec_mb_usable();
  }
};

static_assert(packet_protection<ipsec_mb_protection>);

}  // namespace quoin

#endif
