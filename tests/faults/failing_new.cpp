// SPDX-License-Identifier: BSL-1.0
#include "failing_new.hpp"

#include <cstdlib>
#include <new>

namespace {

std::uint64_t counted = 0;
std::uint64_t chosen = 0;
std::size_t live = 0;

void* take(std::size_t size, std::size_t alignment) {
  if (quoin::testing::detail::allocations_count && ++counted == chosen) throw std::bad_alloc{};
  void* const memory = alignment > alignof(std::max_align_t)
                           ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                           : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc{};
  ++live;
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory == nullptr) return;
  --live;
  std::free(memory);
}

}  // namespace

void quoin::testing::fail_allocation(std::uint64_t k) noexcept {
  counted = 0;
  chosen = k;
}

bool quoin::testing::allocation_failed() noexcept {
  return chosen != 0 && counted >= chosen;
}

std::uint64_t quoin::testing::counted_allocations() noexcept {
  return counted;
}

std::size_t quoin::testing::live_allocations() noexcept {
  return live;
}

void* operator new(std::size_t size) {
  return take(size, 0);
}
void* operator new[](std::size_t size) {
  return take(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  give_back(memory);
}
