// SPDX-License-Identifier: BSL-1.0
/// \file
/// The stack of tests: no socket, no secrecy, no chance and no time but what the test says.
#pragma once

#include <quoin/ambient/manual_clock.hpp>
#include <quoin/ambient/seeded_entropy.hpp>
#include <quoin/cid/random_cid.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/crypto/null/crypto.hpp>
#include <quoin/extension/ack_frequency.hpp>
#include <quoin/extension/address_discovery.hpp>
#include <quoin/extension/datagram.hpp>
#include <quoin/extension/multipath.hpp>
#include <quoin/extension/reset_stream_at.hpp>
#include <quoin/io/memory_io.hpp>
#include <quoin/observe/null_observer.hpp>
#include <quoin/policy/stack.hpp>
#include <quoin/schedule/round_robin.hpp>

namespace quoin {

/// Everything deterministic: the same calls give the same bytes. Derive from it and say what differs.
struct test_stack {
  using io = memory_io;
  using clock = manual_clock;
  using crypto = null_crypto;
  using congestion = new_reno;
  using scheduler = round_robin;
  using observer = null_observer;
  using entropy = seeded_entropy;
  using cid_format = random_cid<8>;
  using extensions = quoin::extensions<datagram, ack_frequency, reset_stream_at, address_discovery, multipath>;
  static constexpr stack_options options{};
};

}  // namespace quoin

#ifdef QUOIN_SEPARATE_COMPILATION
#include <quoin/connection/connection.hpp>
extern template class quoin::connection<quoin::test_stack>;
#endif
