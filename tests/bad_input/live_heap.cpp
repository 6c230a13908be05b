// SPDX-License-Identifier: BSL-1.0
#include "live_heap.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size)
#define ASAN_UNPOISON_MEMORY_REGION(start, size)
#endif

namespace quoin::testing {

/// Lives until its account is gone, which counts as one byte, and every block that is written down in it.
struct heap_account::ledger {
  std::atomic<std::size_t> live{1};
  std::atomic<std::uint64_t> takings{0};

  void give_back(std::size_t size) noexcept {
    if (live.fetch_sub(size) == size) std::free(this);
  }
};

/// What the operators below write down.
struct heap_books {
  using ledger = heap_account::ledger;

  /// Stands in front of every block.
  struct entry {
    ledger* owner;
    std::size_t size;
  };
  static constexpr std::size_t least_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
  static_assert(sizeof(entry) <= least_alignment);

  static std::atomic<std::size_t> live;
  static thread_local ledger* current;

  static void* take(std::size_t size, std::size_t alignment) noexcept {
    if (size > SIZE_MAX / 2) return nullptr;
    auto const front = std::max(alignment, least_alignment);
    void* whole = nullptr;
    if (::posix_memalign(&whole, front, front + size) != 0) return nullptr;
    auto* const start = static_cast<std::byte*>(whole);
    auto* const written = ::new (start + front - sizeof(entry)) entry{current, ::malloc_usable_size(start)};
    live += written->size;
    if (current != nullptr) {
      current->live += written->size;
      ++current->takings;
    }
    ASAN_POISON_MEMORY_REGION(written, sizeof(entry));  // the sanitizer sees writes in front of blocks, as without us
    return start + front;
  }

  static void give_back(void* block, std::size_t alignment) noexcept {
    if (block == nullptr) return;
    auto const front = std::max(alignment, least_alignment);
    auto* const memory = static_cast<std::byte*>(block);
    auto* const written = std::launder(reinterpret_cast<entry*>(memory - sizeof(entry)));
    ASAN_UNPOISON_MEMORY_REGION(written, sizeof(entry));
    live -= written->size;
    if (written->owner != nullptr) written->owner->give_back(written->size);
    // Who looks at it all the same shall see that it is gone. The sanitizer guards what an array's length is kept in.
    ASAN_UNPOISON_MEMORY_REGION(memory, written->size - front);
    std::memset(memory, 0xdb, written->size - front);
    asm volatile("" : : "r"(memory) : "memory");  // compilers know that nobody may look at it
    std::free(memory - front);
  }

  static void* take_or_throw(std::size_t size, std::size_t alignment) {
    void* const memory = take(size, alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
  }
};

std::atomic<std::size_t> heap_books::live{0};
thread_local heap_books::ledger* heap_books::current = nullptr;

std::size_t live_heap_bytes() noexcept {
  return heap_books::live;
}

heap_account::heap_account() : ledger_(::new (std::malloc(sizeof(ledger))) ledger) {}

heap_account::~heap_account() {
  if (ledger_ != nullptr) ledger_->give_back(1);
}

std::size_t heap_account::live_bytes() const noexcept {
  return ledger_->live - 1;
}

std::uint64_t heap_account::takings() const noexcept {
  return ledger_->takings;
}

heap_account::scope::scope(heap_account const& account) noexcept
    : before_(std::exchange(heap_books::current, account.ledger_)) {}

heap_account::scope::~scope() {
  heap_books::current = before_;
}

}  // namespace quoin::testing

using books = quoin::testing::heap_books;

// All forms: what one of them gives out, any of them may have to take back.
void* operator new(std::size_t size) {
  return books::take_or_throw(size, 0);
}
void* operator new[](std::size_t size) {
  return books::take_or_throw(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return books::take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return books::take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
  return books::take(size, 0);
}
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
  return books::take(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return books::take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return books::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  books::give_back(memory, 0);
}
void operator delete[](void* memory) noexcept {
  books::give_back(memory, 0);
}
void operator delete(void* memory, std::size_t) noexcept {
  books::give_back(memory, 0);
}
void operator delete[](void* memory, std::size_t) noexcept {
  books::give_back(memory, 0);
}
void operator delete(void* memory, std::align_val_t alignment) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::align_val_t alignment) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::size_t, std::align_val_t alignment) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, std::nothrow_t const&) noexcept {
  books::give_back(memory, 0);
}
void operator delete[](void* memory, std::nothrow_t const&) noexcept {
  books::give_back(memory, 0);
}
void operator delete(void* memory, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  books::give_back(memory, static_cast<std::size_t>(alignment));
}
