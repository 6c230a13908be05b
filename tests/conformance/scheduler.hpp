// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every model of `stream_scheduler` must do. Call `check_scheduler<S>()` from a test case.
#pragma once

#include <quoin/policy/scheduler.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <set>
#include <vector>

namespace quoin::conformance {

/// A scheduler that knows no stream names none, and one that knows some names one of them.
template <quoin::stream_scheduler S>
void names_only_active_streams() {
  S scheduler;
  CHECK_FALSE(scheduler.next());
  quoin::stream_id const one{4};
  scheduler.activate(one, {});
  scheduler.activate(one, {});
  CHECK(scheduler.next() == one);
  CHECK(scheduler.next() == one);
  scheduler.sent(one, 1'200);
  CHECK(scheduler.next() == one);
  scheduler.deactivate(one);
  CHECK_FALSE(scheduler.next());
}

/// Streams that are not active may be named in any call; nothing comes of it.
template <quoin::stream_scheduler S>
void ignores_strangers() {
  S scheduler;
  quoin::stream_id const stranger{8};
  scheduler.deactivate(stranger);
  scheduler.sent(stranger, 1);
  scheduler.prioritize(stranger, {0, true});
  CHECK_FALSE(scheduler.next());
  scheduler.activate(quoin::stream_id{0}, {});
  scheduler.deactivate(stranger);
  scheduler.sent(stranger, 1);
  CHECK(scheduler.next() == quoin::stream_id{0});
}

/// Whatever happens, the stream named is an active one, and there is one if and only if a stream is active.
template <quoin::stream_scheduler S>
void agrees_with_a_set() {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    S scheduler;
    std::set<quoin::stream_id> active;
    for (int step = 0; step < 300; ++step) {
      quoin::stream_id const id{random() % 40};
      quoin::stream_priority const priority{static_cast<std::uint8_t>(random() % 8), random() % 2 == 0};
      switch (random() % 5) {
        case 0:
        case 1:
          scheduler.activate(id, priority);
          active.insert(id);
          break;
        case 2:
          scheduler.deactivate(id);
          active.erase(id);
          break;
        case 3: scheduler.prioritize(id, priority); break;
        default:
          if (auto const next = scheduler.next()) scheduler.sent(*next, random() % 1'500);
      }
      auto const next = scheduler.next();
      REQUIRE(next.has_value() == !active.empty());
      if (next) REQUIRE(active.contains(*next));
      REQUIRE(scheduler.next() == next);
    }
    // Whoever has nothing left makes room for the others until all had their turn.
    while (auto const next = scheduler.next()) {
      REQUIRE(active.erase(*next) == 1);
      scheduler.sent(*next, 1'200);
      scheduler.deactivate(*next);
    }
    REQUIRE(active.empty());
  }
}

/// Incremental streams of one urgency all move on: none is served twice before each was served once.
template <quoin::stream_scheduler S>
void serves_equals_in_turns() {
  S scheduler;
  std::vector<quoin::stream_id> ids;
  for (std::uint64_t i = 0; i < 17; ++i) ids.emplace_back(i * 4);
  for (auto const id : ids) scheduler.activate(id, {3, true});
  for (int round = 0; round < 5; ++round) {
    std::set<quoin::stream_id> served;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto const next = scheduler.next();
      REQUIRE(next);
      REQUIRE(served.insert(*next).second);
      scheduler.sent(*next, 1'200);
    }
  }
}

struct scheduler_run {
  bool takes_turns = true;  ///< shares among incremental streams of one urgency
};

template <quoin::stream_scheduler S>
void check_scheduler(scheduler_run const& run = {}) {
  names_only_active_streams<S>();
  ignores_strangers<S>();
  agrees_with_a_set<S>();
  if (run.takes_turns) serves_equals_in_turns<S>();
}

}  // namespace quoin::conformance
