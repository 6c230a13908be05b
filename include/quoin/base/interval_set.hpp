// SPDX-License-Identifier: BSL-1.0
/// \file
/// Sets of numbers kept as a few ranges: packet numbers received, stream bytes acknowledged, stream bytes to send
/// again.
#pragma once

#include <quoin/base/contract.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  interval const& operator[](std::size_t index) const noexcept { return items_[index]; }
  [[nodiscard]] interval const& front() const noexcept { return items_.front(); }
  [[nodiscard]] interval const& back() const noexcept { return items_.back(); }
  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }

  /// Adds every number of `added`. Constant time at the upper end, where numbers usually arrive.
  void insert(interval added) {
    if (!items_.empty() && added.begin == items_.back().end) [[likely]]
      items_.back().end = std::max(items_.back().end, added.end);
    else
      insert_apart(added);
  }

  /// Removes every number of `removed`; may split an interval in two.
  void erase(interval removed) {
    if (removed.begin >= removed.end) return;
    auto at = std::partition_point(items_.begin(), items_.end(), [&](auto const& i) { return i.end <= removed.begin; });
    while (at != items_.end() && at->begin < removed.end) {
      if (at->begin < removed.begin && at->end > removed.end) {
        interval const upper{removed.end, at->end};
        at->end = removed.begin;
        items_.insert(at + 1, upper);
        return;
      }
      if (at->begin < removed.begin) {
        at->end = removed.begin;
        ++at;
      } else if (at->end > removed.end) {
        at->begin = removed.end;
        return;
      } else {
        at = items_.erase(at);
      }
    }
  }

  [[nodiscard]] bool contains(std::uint64_t number) const noexcept { return covers({number, number + 1}); }

  /// Whether every number of `asked` is in the set. Constant time at the upper end.
  [[nodiscard]] bool covers(interval asked) const noexcept {
    if (asked.begin >= asked.end) return true;
    if (items_.empty()) return false;
    if (asked.begin >= items_.back().begin) return asked.end <= items_.back().end;
    auto const at =
        std::partition_point(items_.begin(), items_.end(), [&](auto const& i) { return i.end <= asked.begin; });
    return at->begin <= asked.begin && at->end >= asked.end;
  }

  void pop_front() noexcept {
    QUOIN_ASSERT(!items_.empty());
    items_.erase(items_.begin());
  }

  void clear() noexcept { items_.clear(); }

 private:
  /// What does not follow the last number; not worth its place at each call.
  [[gnu::noinline]] void insert_apart(interval added) {
    if (added.begin >= added.end) return;
    if (items_.empty() || added.begin > items_.back().end) {
      items_.push_back(added);
      return;
    }
    if (added.begin >= items_.back().begin) {
      items_.back().end = std::max(items_.back().end, added.end);
      return;
    }
    auto first = first_touching(added.begin);
    if (first == items_.end() || added.end < first->begin) {
      items_.insert(first, added);
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
    items_.erase(first + 1, last + 1);
  }

  /// The first interval that ends at or after `number`: the one that a range starting there would join.
  std::vector<interval>::iterator first_touching(std::uint64_t number) noexcept {
    return std::partition_point(items_.begin(), items_.end(), [&](auto const& i) { return i.end < number; });
  }

  std::vector<interval> items_;
};

}  // namespace quoin
