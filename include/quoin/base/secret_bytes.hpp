// SPDX-License-Identifier: BSL-1.0
/// \file
/// Handling bytes that an observer of time or of freed memory must learn nothing about.
#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace quoin {

/// Overwrites `bytes` with zeroes even though nobody will read them again.
inline void wipe(byte_span bytes) noexcept {
  std::uint8_t volatile* const first = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) first[i] = 0;
}

/// Memory that is overwritten before it is given back, as it is when a container grows.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() = default;
  template <class Other>
  constexpr wiping_allocator(wiping_allocator<Other> const&) noexcept {}  // NOLINT: containers rebind

  [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe({reinterpret_cast<std::uint8_t*>(memory), count * sizeof(T)});
    std::allocator<T>{}.deallocate(memory, count);
  }
  constexpr bool operator==(wiping_allocator const&) const noexcept { return true; }
};

/// Bytes of which some may be secret.
using secret_vector = std::vector<std::uint8_t, wiping_allocator<std::uint8_t>>;

/// Whether both are the same, in a time that depends on their sizes alone.
[[nodiscard]] inline bool equal_in_constant_time(byte_view left, byte_view right) noexcept {
  if (left.size() != right.size()) return false;
  std::uint8_t volatile difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    difference = static_cast<std::uint8_t>(difference | (left[i] ^ right[i]));
  return difference == 0;
}

}  // namespace quoin
