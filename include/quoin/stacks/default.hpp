// SPDX-License-Identifier: BSL-1.0
/// \file
/// The stack that fits most: UDP on Linux, the fastest crypto at hand, CUBIC.
#pragma once

#include <quoin/ambient/steady_clock.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/cid/random_cid.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/crypto/accelerated/protection.hpp>
#include <quoin/crypto/botan/handshake.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/observe/null_observer.hpp>
#include <quoin/policy/stack.hpp>
#include <quoin/schedule/round_robin.hpp>

namespace quoin {

/// Botan's TLS 1.3; packets by libipsec-mb where it was found and the CPU has the instructions, else by Botan.
struct default_crypto {
  using protection = accelerated_protection;
  using handshake = botan_handshake;
};

/// Start here: derive from it and say what differs.
struct default_stack {
  using io = udp;
  using clock = steady_clock;
  using crypto = default_crypto;
  using congestion = cubic;
  using scheduler = round_robin;
  using observer = null_observer;
  using entropy = system_entropy;
  using cid_format = random_cid<8>;
  using extensions = quoin::extensions<datagram>;
  static constexpr stack_options options{};
};

}  // namespace quoin

#ifdef QUOIN_SEPARATE_COMPILATION
#include <quoin/connection/connection.hpp>
extern template class quoin::connection<quoin::default_stack>;
#endif
