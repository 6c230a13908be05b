// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sets of numbers kept as a few ranges: packet numbers received, stream bytes acknowledged, stream bytes to send
/// again.
#pragma once

#include <quoin/base/contract.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace quoin {

/// The numbers from `begin` up to, not including, `end`.
struct interval {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  [[nodiscard]] constexpr std::uint64_t size() const noexcept { return end - begin; }
  constexpr bool operator==(interval const&) const = default;
};

/// Disjoint, non-adjacent intervals in ascending order, in one flat array that keeps its memory.
/// The caller watches `size()` against its cap; nothing here limits it.
class interval_set {
 public:
  interval_set() = default;
  interval_set(interval_set const&) = default;
  interval_set& operator=(interval_set const&) = default;
  interval_set(interval_set&& other) noexcept
      : items_(std::move(other.items_)), first_(std::exchange(other.first_, 0)) {}
  interval_set& operator=(interval_set&& other) noexcept {
    items_.swap(other.items_);
    std::swap(first_, other.first_);
    return *this;
  }
  ~interval_set() = default;

  [[nodiscard]] std::size_t size() const noexcept { return items_.size() - first_; }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  interval const& operator[](std::size_t index) const noexcept { return items_[first_ + index]; }
  [[nodiscard]] interval const& front() const noexcept { return items_[first_]; }
  [[nodiscard]] interval const& back() const noexcept { return items_.back(); }
  [[nodiscard]] auto begin() const noexcept { return items_.begin() + static_cast<std::ptrdiff_t>(first_); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }

  /// Adds every number of `added`. Constant time at the upper end, where numbers usually arrive.
  void insert(interval added) {
    if (!items_.empty() && added.begin == items_.back().end) [[likely]]
      items_.back().end = std::max(items_.back().end, added.end);
    else
      insert_apart(added);
  }

  /// Removes every number of `removed`; may split an interval in two. What lies on one side moves once at most, and
  /// nothing when it is the lowest that goes.
  void erase(interval removed) {
    if (removed.begin >= removed.end) return;
    auto at = std::partition_point(lowest(), items_.end(), [&](auto const& i) { return i.end <= removed.begin; });
    if (at == items_.end() || at->begin >= removed.end) return;
    if (at->begin < removed.begin) {
      interval const upper{removed.end, at->end};
      at->end = removed.begin;
      ++at;
      if (upper.begin < upper.end) {
        put(at, upper);
        return;
      }
    }
    auto const whole = at;
    while (at != items_.end() && at->end <= removed.end) ++at;
    if (at != items_.end() && at->begin < removed.end) at->begin = removed.end;
    take_out(whole, at);
  }

  [[nodiscard]] bool contains(std::uint64_t number) const noexcept { return covers({number, number + 1}); }

  /// Whether every number of `asked` is in the set. Constant time at the upper end.
  [[nodiscard]] bool covers(interval asked) const noexcept {
    if (asked.begin >= asked.end) return true;
    if (items_.empty()) return false;
    if (asked.begin >= items_.back().begin) return asked.end <= items_.back().end;
    auto const at = std::partition_point(begin(), end(), [&](auto const& i) { return i.end <= asked.begin; });
    return at->begin <= asked.begin && at->end >= asked.end;
  }

  /// Constant time.
  void pop_front() noexcept {
    QUOIN_ASSERT(!items_.empty());
    if (++first_ == items_.size()) clear();
  }

  void clear() noexcept {
    items_.clear();
    first_ = 0;
  }

 private:
  using iterator = std::vector<interval>::iterator;

  /// What does not follow the last number; not worth its place at each call.
  [[gnu::noinline]] void insert_apart(interval added) {
    if (added.begin >= added.end) return;
    if (items_.empty() || added.begin > items_.back().end) {
      use_free_places();
      items_.push_back(added);
      return;
    }
    if (added.begin >= items_.back().begin) {
      items_.back().end = std::max(items_.back().end, added.end);
      return;
    }
    // The first that ends at or after the beginning of what is added is the one that this would join.
    auto const first = std::partition_point(lowest(), items_.end(), [&](auto const& i) { return i.end < added.begin; });
    if (added.end < first->begin) {
      put(first, added);
      return;
    }
    first->begin = std::min(first->begin, added.begin);
    auto last = first;
    auto end = std::max(first->end, added.end);
    while (last + 1 != items_.end() && (last + 1)->begin <= end) {
      ++last;
      end = std::max(end, last->end);
    }
    first->end = end;
    take_out(first + 1, last + 1);
  }

  [[nodiscard]] iterator lowest() noexcept { return items_.begin() + static_cast<std::ptrdiff_t>(first_); }

  /// Adds an interval in front of `at`.
  void put(iterator at, interval added) {
    auto const below = at - lowest();
    if (first_ > 0 && below < items_.end() - at) {
      std::move(lowest(), at, lowest() - 1);
      *(at - 1) = added;
      --first_;
      return;
    }
    use_free_places();
    items_.insert(lowest() + below, added);
  }

  /// Before more memory is taken, the places at the front that are free are used again, if there are enough of them to
  /// pay for the move.
  void use_free_places() noexcept {
    if (items_.size() < items_.capacity() || first_ <= items_.size() / 4) return;
    items_.erase(items_.begin(), lowest());
    first_ = 0;
  }

  /// Sets are mostly used up from the front, and a peer decides how many intervals there are: the fewer move.
  void take_out(iterator from, iterator until) noexcept {
    if (from == lowest() && until == items_.end()) {
      clear();
    } else if (from - lowest() < items_.end() - until) {
      std::move_backward(lowest(), from, until);
      first_ += static_cast<std::size_t>(until - from);
    } else {
      items_.erase(from, until);
    }
  }

  std::vector<interval> items_;  ///< empty when the set is
  std::size_t first_ = 0;        ///< those before are done with
};

}  // namespace quoin
