// SPDX-License-Identifier: BSL-1.0
// The sentence comes first too when the stack is given to what takes one.
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/testing/archetypes.hpp>

struct broken_stack : quoin::archetype_stack {
  using congestion = int;
};
// more errors may follow
// error: this stack's `congestion` is not a congestion_controller -- see docs/policies/congestion.md
template class quoin::endpoint<broken_stack>;
