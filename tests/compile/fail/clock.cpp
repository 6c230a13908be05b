// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `clock` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct hand {
  instant time() const noexcept { return {}; }
};
struct without_a_hook : archetype_stack {
  using clock = hand;
};
// error: this stack's `clock` is not a clock_source -- see docs/policies/clock.md
// names: now
template struct quoin::check_stack<without_a_hook>;

struct wall_clock {
  std::chrono::system_clock::time_point now() const noexcept { return {}; }
};
struct with_a_wrong_type : archetype_stack {
  using clock = wall_clock;
};
// error: this stack's `clock` is not a clock_source -- see docs/policies/clock.md
// names: now
template struct quoin::check_stack<with_a_wrong_type>;

struct changing_clock {
  instant now() noexcept { return {}; }
};
struct that_cannot_be_asked : archetype_stack {
  using clock = changing_clock;
};
// error: this stack's `clock` is not a clock_source -- see docs/policies/clock.md
// names: now
template struct quoin::check_stack<that_cannot_be_asked>;
