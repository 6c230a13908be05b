// SPDX-License-Identifier: BSL-1.0
// No scheduler allocates once as many streams have been active before.
#include <quoin/schedule/fifo.hpp>
#include <quoin/schedule/round_robin.hpp>
#include <quoin/schedule/strict_priority.hpp>
#include <quoin/schedule/urgency_incremental.hpp>
#include <quoin/schedule/weighted_fair.hpp>

#include "allocation/counting_new.hpp"

#include <catch2/catch_template_test_macros.hpp>

#include <random>

using namespace quoin;

namespace {

template <class S>
void use(S& scheduler, std::mt19937& random, int steps) {
  for (int step = 0; step < steps; ++step) {
    stream_id const id{random() % 100};
    stream_priority const priority{static_cast<std::uint8_t>(random() % 8), random() % 2 == 0};
    switch (random() % 6) {
      case 0:
      case 1: scheduler.activate(id, priority); break;
      case 2: scheduler.deactivate(id); break;
      case 3: scheduler.prioritize(id, priority); break;
      default:
        if (auto const next = scheduler.next()) scheduler.sent(*next, random() % 1'500);
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("a scheduler reuses its memory", "[schedule]", fifo, round_robin, strict_priority,
                   urgency_incremental, weighted_fair) {
  TestType scheduler;
  std::mt19937 random{1};
  for (std::uint64_t id = 0; id < 100; ++id) scheduler.activate(stream_id{id}, {});
  auto const before = testing::heap_allocations();
  use(scheduler, random, 50'000);
  CHECK(testing::heap_allocations() == before);
}
