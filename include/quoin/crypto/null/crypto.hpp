// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `crypto` slot of test stacks: both halves deterministic and without any secrecy.
#pragma once

#include <quoin/crypto/null/handshake.hpp>
#include <quoin/crypto/null/protection.hpp>
#include <quoin/policy/crypto.hpp>

namespace quoin {

/// For tests and simulations only; never put it on a network.
struct null_crypto {
  using protection = null_protection;
  using handshake = null_handshake;
};

}  // namespace quoin
