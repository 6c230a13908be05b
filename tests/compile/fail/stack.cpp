// SPDX-License-Identifier: BSL-1.0
// What a user reads whose stack lacks a slot, or whose options make no sense.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct empty {};
// error: this stack names no `io` -- derive from quoin::default_stack
template struct quoin::check_stack<empty>;

// A stack of one's own, in which all but one slot are filled.
struct io_only {
  using io = archetype::io;
};
// error: this stack names no `clock` -- derive from quoin::default_stack
template struct quoin::check_stack<io_only>;

struct until_clock : io_only {
  using clock = archetype::clock;
};
// error: this stack names no `crypto` -- derive from quoin::default_stack
template struct quoin::check_stack<until_clock>;

struct until_crypto : until_clock {
  using crypto = archetype::crypto;
};
// error: this stack names no `congestion` -- derive from quoin::default_stack
template struct quoin::check_stack<until_crypto>;

struct until_congestion : until_crypto {
  using congestion = archetype::congestion;
};
// error: this stack names no `scheduler` -- derive from quoin::default_stack
template struct quoin::check_stack<until_congestion>;

struct until_scheduler : until_congestion {
  using scheduler = archetype::scheduler;
};
// error: this stack names no `observer` -- derive from quoin::default_stack
template struct quoin::check_stack<until_scheduler>;

struct until_observer : until_scheduler {
  using observer = archetype::observer;
};
// error: this stack names no `entropy` -- derive from quoin::default_stack
template struct quoin::check_stack<until_observer>;

struct until_entropy : until_observer {
  using entropy = archetype::entropy;
};
// error: this stack names no `cid_format` -- derive from quoin::default_stack
template struct quoin::check_stack<until_entropy>;

struct until_cid_format : until_entropy {
  using cid_format = archetype::cid_format;
};
// error: this stack has no `options` -- derive from quoin::default_stack
template struct quoin::check_stack<until_cid_format>;

struct other_options : until_cid_format {
  static constexpr int options = 1;
};
// error: this stack's `options` is not a quoin::stack_options
template struct quoin::check_stack<other_options>;

struct small_datagrams : until_cid_format {
  static constexpr stack_options options{.datagram_size = 1199};
};
// error: stack_options::datagram_size must be 1200 to 65527 bytes \(RFC 9000 14, 18.2\)
template struct quoin::check_stack<small_datagrams>;

struct large_datagrams : until_cid_format {
  static constexpr stack_options options{.datagram_size = 65528};
};
// error: stack_options::datagram_size must be 1200 to 65527 bytes \(RFC 9000 14, 18.2\)
template struct quoin::check_stack<large_datagrams>;

struct no_batch : until_cid_format {
  static constexpr stack_options options{.batch_packets = 0};
};
// error: stack_options::batch_packets must be 1 to 128
template struct quoin::check_stack<no_batch>;

struct long_batches : until_cid_format {
  static constexpr stack_options options{.batch_packets = 129};
};
// error: stack_options::batch_packets must be 1 to 128
template struct quoin::check_stack<long_batches>;

// The line that a careful user writes beside the stack.
// error: static.assert
static_assert(stack_config<long_batches> && stack_config<empty>);
