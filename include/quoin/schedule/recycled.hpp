// SPDX-License-Identifier: BSL-1.0
/// \file
/// Ordered sets and maps that keep the memory of what was taken out, for sets that fill and empty all the time.
#pragma once

#include <utility>
#include <vector>

namespace quoin::detail {

/// A `std::set` or `std::map` that allocates only when it holds more elements than ever before.
template <class Container>
class recycled {
 public:
  [[nodiscard]] Container const& items() const noexcept { return items_; }

  /// Adds an element that is not there. `fill(node)` gives a used node its new contents.
  template <class Value, class Fill>
  void insert(Value value, Fill fill) {
    if (spare_.empty()) {
      items_.insert(std::move(value));
      // Room for every node there is, so that taking one out cannot fail.
      spare_.reserve(items_.size());
      return;
    }
    auto node = std::move(spare_.back());
    spare_.pop_back();
    fill(node);
    items_.insert(std::move(node));
  }

  void erase(typename Container::const_iterator at) noexcept { spare_.push_back(items_.extract(at)); }

 private:
  Container items_;
  std::vector<typename Container::node_type> spare_;
};

}  // namespace quoin::detail
