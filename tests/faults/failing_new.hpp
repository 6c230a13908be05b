// SPDX-License-Identifier: BSL-1.0
/// \file
/// An `operator new` that fails when a test wants it to: only while the code under test runs, and only once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace quoin::testing {

namespace detail {
inline thread_local bool allocations_count = false;
}

/// While one lives, allocations are counted and the chosen one fails.
class under_test {
 public:
  under_test() noexcept : before_(std::exchange(detail::allocations_count, true)) {}
  ~under_test() { detail::allocations_count = before_; }
  under_test(under_test const&) = delete;
  under_test& operator=(under_test const&) = delete;

 private:
  bool before_;
};

/// While one lives, allocations are the test's own again.
class spared {
 public:
  spared() noexcept : before_(std::exchange(detail::allocations_count, false)) {}
  ~spared() { detail::allocations_count = before_; }
  spared(spared const&) = delete;
  spared& operator=(spared const&) = delete;

 private:
  bool before_;
};

/// Counts from zero again; the `k`-th counted allocation, from 1, will throw std::bad_alloc. 0: none will.
void fail_allocation(std::uint64_t k) noexcept;
/// Whether the chosen one has come and failed.
bool allocation_failed() noexcept;
/// Counted since `fail_allocation`.
std::uint64_t counted_allocations() noexcept;
/// Everything that was allocated, by whomever, and not freed yet.
std::size_t live_allocations() noexcept;

}  // namespace quoin::testing
