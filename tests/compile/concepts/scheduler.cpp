// SPDX-License-Identifier: BSL-1.0
// What is a stream_scheduler, and what is not.
#include <quoin/schedule/round_robin.hpp>
#include <quoin/schedule/strict_priority.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(stream_scheduler<archetype::scheduler>);
static_assert(stream_scheduler<round_robin>);
static_assert(stream_scheduler<strict_priority>);

struct without_deactivate : archetype::scheduler {
  void deactivate(stream_id) noexcept = delete;
};
struct sent_may_throw : archetype::scheduler {
  void sent(stream_id, byte_count) {}
};
struct asking_changes : archetype::scheduler {
  std::optional<stream_id> next() noexcept { return {}; }
};
struct needs_a_seed : archetype::scheduler {
  explicit needs_a_seed(int) {}
};
static_assert(!stream_scheduler<without_deactivate>);
static_assert(!stream_scheduler<sent_may_throw>);
static_assert(!stream_scheduler<asking_changes>);
static_assert(!stream_scheduler<needs_a_seed>);

}  // namespace
