// SPDX-License-Identifier: BSL-1.0
/// \file
/// What will happen, in the order in which it will: the heart of virtual time.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/time.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace quoin::sim {

/// Things that are due at instants. Those due at the same instant come out in the order in which they went in, so that
/// a run depends on nothing but its seed.
template <class T>
class event_queue {
 public:
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

  /// When the next one is due; `never` when there is none.
  [[nodiscard]] instant deadline() const noexcept { return heap_.empty() ? never : heap_.front().at; }

  void push(instant at, T what) {
    heap_.push_back({at, sequence_++, std::move(what)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// Takes the next one.
  T pop() {
    QUOIN_ASSERT(!heap_.empty());
    std::pop_heap(heap_.begin(), heap_.end(), later);
    T what = std::move(heap_.back().what);
    heap_.pop_back();
    return what;
  }

 private:
  struct entry {
    instant at;
    std::uint64_t sequence = 0;
    T what;
  };

  static bool later(entry const& left, entry const& right) noexcept {
    return left.at != right.at ? left.at > right.at : left.sequence > right.sequence;
  }

  std::vector<entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace quoin::sim
