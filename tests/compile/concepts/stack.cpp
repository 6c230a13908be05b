// SPDX-License-Identifier: BSL-1.0
// What is a stack, and how one is made from another.
#include <quoin/congestion/cubic.hpp>
#include <quoin/schedule/strict_priority.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(stack_config<test_stack> && sizeof(check_stack<test_stack>) != 0);
static_assert(stack_config<archetype_stack> && sizeof(check_stack<archetype_stack>) != 0);

// Slots are leaves: overriding one leaves no other stale.
struct derived : test_stack {
  using congestion = cubic;
  using scheduler = strict_priority;
  static constexpr stack_options options{.datagram_size = 1200, .batch_packets = 1, .ecn = false, .pacing = false};
};
static_assert(stack_config<derived> && sizeof(check_stack<derived>) != 0);

// The edges of the options.
struct largest : test_stack {
  static constexpr stack_options options{.datagram_size = 65527, .batch_packets = 128};
};
static_assert(sizeof(check_stack<largest>) != 0);

struct with_a_wrong_slot : test_stack {
  using congestion = strict_priority;
};
struct with_other_options : test_stack {
  static constexpr int options = 0;
};
struct nothing {};
static_assert(!stack_config<with_a_wrong_slot>);
static_assert(!stack_config<with_other_options>);
static_assert(!stack_config<nothing>);

}  // namespace
