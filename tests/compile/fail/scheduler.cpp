// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `scheduler` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct without_priorities : archetype::scheduler {
  void prioritize(stream_id, stream_priority) = delete;
};
struct without_a_hook : archetype_stack {
  using scheduler = without_priorities;
};
// error: this stack's `scheduler` is not a stream_scheduler -- see docs/policies/scheduler.md
// names: prioritize
template struct quoin::check_stack<without_a_hook>;

struct always_one : archetype::scheduler {
  stream_id next() const noexcept { return {}; }
};
struct with_a_wrong_type : archetype_stack {
  using scheduler = always_one;
};
// error: this stack's `scheduler` is not a stream_scheduler -- see docs/policies/scheduler.md
// names: next
template struct quoin::check_stack<with_a_wrong_type>;
