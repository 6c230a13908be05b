// SPDX-License-Identifier: BSL-1.0
/// \file
/// A queue in one piece of memory: elements are addressed by their distance from the front, and memory is kept.
#pragma once

#include <quoin/base/contract.hpp>

#include <bit>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace quoin {

/// First in, first out; grows by doubling and never shrinks by itself, so a queue in steady state does not allocate.
/// `T` must be default-constructible; a popped element that has a destructor is reset to `T{}`, so that it lets go of
/// what it held.
template <class T>
class ring {
 public:
  ring() = default;
  explicit ring(std::size_t capacity) { reserve(capacity); }
  ring(ring&& other) noexcept { swap(other); }
  ring& operator=(ring&& other) noexcept {
    ring taken{std::move(other)};
    swap(taken);
    return *this;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  T& operator[](std::size_t index) noexcept { return slots_[(head_ + index) & mask()]; }
  T const& operator[](std::size_t index) const noexcept { return slots_[(head_ + index) & mask()]; }
  T& front() noexcept { return (*this)[0]; }
  T const& front() const noexcept { return (*this)[0]; }
  T& back() noexcept { return (*this)[size_ - 1]; }
  T const& back() const noexcept { return (*this)[size_ - 1]; }

  T& push_back(T value) {
    if (size_ == capacity_) reserve(size_ + 1);
    auto& slot = slots_[(head_ + size_) & mask()];
    slot = std::move(value);
    ++size_;
    return slot;
  }

  /// A fresh element at the end, to be filled in where it is.
  T& emplace_back() {
    if (size_ == capacity_) reserve(size_ + 1);
    auto& slot = slots_[(head_ + size_) & mask()];
    if constexpr (std::is_trivially_destructible_v<T>)
      std::construct_at(&slot);
    else
      slot = T{};
    ++size_;
    return slot;
  }

  void pop_front() noexcept {
    QUOIN_ASSERT(size_ > 0);
    release(slots_[head_]);
    head_ = (head_ + 1) & mask();
    --size_;
  }

  void pop_back() noexcept {
    QUOIN_ASSERT(size_ > 0);
    release(back());
    --size_;
  }

  void clear() noexcept {
    if constexpr (!std::is_trivially_destructible_v<T>)
      while (!empty()) pop_front();
    head_ = size_ = 0;
  }

  /// Makes room for `count` elements in all.
  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    auto const capacity = std::bit_ceil(count < 8 ? std::size_t{8} : count);
    auto larger = std::make_unique<T[]>(capacity);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    slots_ = std::move(larger);
    capacity_ = capacity;
    head_ = 0;
  }

 private:
  static void release(T& popped) noexcept {
    if constexpr (!std::is_trivially_destructible_v<T>) popped = T{};
  }
  [[nodiscard]] std::size_t mask() const noexcept { return capacity_ - 1; }
  void swap(ring& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(capacity_, other.capacity_);
    std::swap(head_, other.head_);
    std::swap(size_, other.size_);
  }

  std::unique_ptr<T[]> slots_;
  std::size_t capacity_ = 0;  // a power of two, or nothing; at hand, for it is asked for with every element
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace quoin
