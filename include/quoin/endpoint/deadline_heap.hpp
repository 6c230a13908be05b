// SPDX-License-Identifier: BSL-1.0
/// \file
/// The deadlines of many connections, with the earliest in front.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace quoin {

/// A binary heap of (deadline, number) that knows where each number stands, so that a deadline can be moved.
/// Numbers are small and dense; memory is kept.
class deadline_heap {
 public:
  /// Makes room for numbers below `count`; setting the deadlines of these then never fails.
  void reserve(std::size_t count) {
    heap_.reserve(count);
    if (positions_.size() < count) positions_.resize(count, absent);
  }

  /// Sets the deadline of `number`; `never` removes it.
  void set(std::uint32_t number, instant at) {
    if (number >= positions_.size()) positions_.resize(number + 1, absent);
    auto const position = positions_[number];
    if (at == never) {
      if (position != absent) remove(position);
      return;
    }
    if (position == absent) {
      heap_.push_back({at, number});
      positions_[number] = heap_.size() - 1;
      sift_up(heap_.size() - 1);
      return;
    }
    auto const before = std::exchange(heap_[position].at, at);
    if (at < before)
      sift_up(position);
    else
      sift_down(position);
  }

  /// `never` when there is none.
  [[nodiscard]] instant earliest() const noexcept { return heap_.empty() ? never : heap_.front().at; }

  /// Whose deadline is the earliest; asks for a non-empty heap.
  [[nodiscard]] std::uint32_t front() const noexcept {
    QUOIN_ASSERT(!heap_.empty());
    return heap_.front().number;
  }

 private:
  struct entry {
    instant at;
    std::uint32_t number;
  };
  static constexpr std::size_t absent = ~std::size_t{0};

  void place(std::size_t position, entry const& item) {
    heap_[position] = item;
    positions_[item.number] = position;
  }

  void remove(std::size_t position) {
    positions_[heap_[position].number] = absent;
    auto const last = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    place(position, last);
    sift_up(position);
    sift_down(positions_[last.number]);
  }

  void sift_up(std::size_t position) {
    auto const item = heap_[position];
    for (; position > 0 && item.at < heap_[(position - 1) / 2].at; position = (position - 1) / 2)
      place(position, heap_[(position - 1) / 2]);
    place(position, item);
  }

  void sift_down(std::size_t position) {
    auto const item = heap_[position];
    for (;;) {
      auto child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) ++child;
      if (!(heap_[child].at < item.at)) break;
      place(position, heap_[child]);
      position = child;
    }
    place(position, item);
  }

  std::vector<entry> heap_;
  std::vector<std::size_t> positions_;
};

}  // namespace quoin
