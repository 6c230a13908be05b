// SPDX-License-Identifier: BSL-1.0
// The sentence comes first too when the stack is given to what takes one.
#include <quoin/connection/connection.hpp>
#include <quoin/testing/archetypes.hpp>

struct sundial {};
struct broken_stack : quoin::archetype_stack {
  using clock = sundial;
};
// more errors may follow
// error: this stack's `clock` is not a clock_source -- see docs/policies/clock.md
// names: now
template class quoin::connection<broken_stack>;
