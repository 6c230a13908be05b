// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every micro benchmark says at its end: items a second, bytes a second where there are bytes, and heap
/// allocations for each item.
#pragma once

#include <counting_new.hpp>

#include <benchmark/benchmark.h>

namespace quoin::benchmarks {

/// Made right before the loop; counts what the loop takes from the heap, warming up included.
class heap_watch {
 public:
  void report(benchmark::State& state, std::int64_t items, std::uint64_t bytes = 0) const {
    auto const taken = static_cast<double>(testing::heap_allocations() - before_);
    state.SetItemsProcessed(items);
    if (bytes != 0) state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
    state.counters["allocations_per_item"] = items == 0 ? 0 : taken / static_cast<double>(items);
  }

 private:
  std::uint64_t before_ = testing::heap_allocations();
};

}  // namespace quoin::benchmarks
