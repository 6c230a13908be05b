// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `entropy` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct dry {
  void refill(byte_span) noexcept {}
  dry fork() noexcept { return {}; }
};
struct without_a_hook : archetype_stack {
  using entropy = dry;
};
// error: this stack's `entropy` is not an entropy_source -- see docs/policies/entropy.md
// names: fill
template struct quoin::check_stack<without_a_hook>;

struct hesitant {
  bool fill(byte_span) noexcept { return false; }
  hesitant fork() noexcept { return {}; }
};
struct with_a_wrong_type : archetype_stack {
  using entropy = hesitant;
};
// error: this stack's `entropy` is not an entropy_source -- see docs/policies/entropy.md
// names: fill
template struct quoin::check_stack<with_a_wrong_type>;

struct alone {
  void fill(byte_span) noexcept {}
};
struct that_cannot_fork : archetype_stack {
  using entropy = alone;
};
// error: this stack's `entropy` is not an entropy_source -- see docs/policies/entropy.md
// names: fork
template struct quoin::check_stack<that_cannot_fork>;
