// SPDX-License-Identifier: BSL-1.0
// What is a connection_observer, and what is not.
#include <quoin/observe/counting_observer.hpp>
#include <quoin/observe/null_observer.hpp>
#include <quoin/observe/recorder.hpp>
#include <quoin/observe/tee.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(connection_observer<archetype::observer>);
static_assert(connection_observer<null_observer> && !null_observer::enabled);
static_assert(connection_observer<counting_observer> && counting_observer::enabled);
static_assert(connection_observer<recorder>);
static_assert(connection_observer<tee<>> && !tee<>::enabled);
static_assert(connection_observer<tee<null_observer>> && !tee<null_observer>::enabled);
static_assert(connection_observer<tee<null_observer, counting_observer>> &&
              tee<null_observer, counting_observer>::enabled);

struct without_drops : archetype::observer {
  using archetype::observer::on;
  using observer::observer;
  void on(event::packet_dropped const&) = delete;
};
struct only_one_event {
  static constexpr bool enabled = true;
  void on(event::packet_sent const&) {}
};
struct without_switch {
  template <class Event>
  void on(Event const&) {}
};
static_assert(!connection_observer<without_drops>);
static_assert(!connection_observer<only_one_event>);
static_assert(!connection_observer<without_switch>);

}  // namespace
