// SPDX-License-Identifier: BSL-1.0
/// \file
/// A list with a cap that is part of its type, stored in place.
#pragma once

#include <quoin/base/contract.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace quoin {

namespace detail {

/// What a `static_vector` stands in. Elements that can be left alone are made when they are needed: a batch of packets
/// has room for some kilobytes of records that it seldom uses.
template <class T, std::size_t Capacity,
          bool OnDemand = std::is_trivially_copyable_v<T>&& std::is_trivially_destructible_v<T>>
class static_room {
 public:
  constexpr T* data() noexcept { return items_; }
  constexpr T const* data() const noexcept { return items_; }

 private:
  T items_[Capacity]{};
};

template <class T, std::size_t Capacity>
class static_room<T, Capacity, true> {
 public:
  constexpr static_room() noexcept {
    // Constant expressions want all of it to be there.
    if (std::is_constant_evaluated()) std::construct_at(&items_);
  }
  constexpr T* data() noexcept { return items_.data(); }
  constexpr T const* data() const noexcept { return items_.data(); }

 private:
  union {
    std::array<T, Capacity> items_;
  };
};

}  // namespace detail

/// Up to `Capacity` elements without allocation. `try_push_back` says whether there was room; going on without looking
/// at its answer is what the cap is there to prevent.
template <class T, std::size_t Capacity>
class static_vector {
 public:
  using value_type = T;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const noexcept { return size_ == Capacity; }
  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }

  [[nodiscard]] constexpr bool try_push_back(T value) {
    if (full()) return false;
    place(std::move(value));
    return true;
  }

  /// For callers that have just checked `full()`.
  constexpr void push_back(T value) {
    QUOIN_ASSERT(!full());
    place(std::move(value));
  }

  /// A fresh element at the end, to be filled in where it is; for callers that have just checked `full()`. For small
  /// structs made of small members this is much faster than handing over a copy, whose wide loads would have to wait
  /// for the narrow stores before them.
  constexpr T& emplace_back() {
    QUOIN_ASSERT(!full());
    auto& slot = data()[size_++];
    if constexpr (std::is_trivially_destructible_v<T>)
      std::construct_at(&slot);
    else
      slot = T{};
    return slot;
  }

  /// Removes the element at `index` and keeps the order of the others.
  constexpr void erase_at(std::size_t index) {
    QUOIN_ASSERT(index < size_);
    for (auto i = index + 1; i < size_; ++i) data()[i - 1] = std::move(data()[i]);
    data()[--size_] = T{};
  }

  constexpr void clear() {
    if constexpr (!std::is_trivially_destructible_v<T>)
      for (std::size_t i = 0; i < size_; ++i) data()[i] = T{};
    size_ = 0;
  }

  constexpr T& operator[](std::size_t index) noexcept { return data()[index]; }
  constexpr T const& operator[](std::size_t index) const noexcept { return data()[index]; }
  constexpr T& back() noexcept { return data()[size_ - 1]; }
  constexpr T const& back() const noexcept { return data()[size_ - 1]; }
  constexpr T* data() noexcept { return room_.data(); }
  constexpr T const* data() const noexcept { return room_.data(); }
  constexpr bool operator==(static_vector const& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

  constexpr T* begin() noexcept { return room_.data(); }
  constexpr T* end() noexcept { return room_.data() + size_; }
  constexpr T const* begin() const noexcept { return room_.data(); }
  constexpr T const* end() const noexcept { return room_.data() + size_; }

 private:
  constexpr void place(T&& value) {
    auto& slot = data()[size_++];
    if constexpr (std::is_trivially_destructible_v<T>)
      std::construct_at(&slot, std::move(value));
    else
      slot = std::move(value);
  }

  detail::static_room<T, Capacity> room_;
  std::size_t size_ = 0;
};

}  // namespace quoin
