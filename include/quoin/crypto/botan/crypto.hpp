// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `crypto` slot filled by Botan alone: works on every processor.
#pragma once

#include <quoin/crypto/botan/handshake.hpp>
#include <quoin/crypto/botan/protection.hpp>

namespace quoin {

/// TLS 1.3 and packet protection by Botan.
struct botan_crypto {
  using protection = botan_protection;
  using handshake = botan_handshake;
};

}  // namespace quoin
