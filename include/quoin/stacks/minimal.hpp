// SPDX-License-Identifier: BSL-1.0
/// \file
/// The smallest stack for the real world: portable crypto, the simplest controller, nothing optional.
#pragma once

#include <quoin/ambient/steady_clock.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/cid/random_cid.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/observe/null_observer.hpp>
#include <quoin/policy/stack.hpp>
#include <quoin/schedule/round_robin.hpp>

namespace quoin {

/// Portable: Botan for all cryptography, NewReno, no ECN marks, small batches, no extensions.
struct minimal_stack {
  using io = udp;
  using clock = steady_clock;
  using crypto = botan_crypto;
  using congestion = new_reno;
  using scheduler = round_robin;
  using observer = null_observer;
  using entropy = system_entropy;
  using cid_format = random_cid<8>;
  using extensions = quoin::extensions<>;
  static constexpr stack_options options{.batch_packets = 16, .ecn = false};
};

}  // namespace quoin
