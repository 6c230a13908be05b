// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `observer` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct deaf_to_loss : archetype::observer {
  using archetype::observer::on;
  using observer::observer;
  void on(event::packet_lost const&) = delete;
};
struct without_a_hook : archetype_stack {
  using observer = deaf_to_loss;
};
// error: this stack's `observer` is not a connection_observer -- see docs/policies/observer.md
// names: on\(
template struct quoin::check_stack<without_a_hook>;

struct undecided {
  template <class Event>
  void on(Event const&) {}
};
struct without_a_switch : archetype_stack {
  using observer = undecided;
};
// error: this stack's `observer` is not a connection_observer -- see docs/policies/observer.md
// names: enabled
template struct quoin::check_stack<without_a_switch>;
