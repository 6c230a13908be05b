// SPDX-License-Identifier: BSL-1.0
/// \file
/// `botan_protection`: packet protection that works everywhere, for every suite.
#pragma once

#include <quoin/crypto/botan/aead.hpp>
#include <quoin/crypto/botan/kdf.hpp>

namespace quoin {

/// Portable packet protection. On x86 AES-GCM is several times slower than with ipsec-mb.
struct botan_protection {
  using packet_key = botan_packet_key;
  using header_key = botan_header_key;
  using kdf = botan_kdf;
};

static_assert(packet_protection<botan_protection>);

}  // namespace quoin
