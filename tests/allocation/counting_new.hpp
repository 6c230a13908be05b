// SPDX-License-Identifier: BSL-1.0
/// \file
/// Counts what is taken from the heap by this program's `operator new`.
#pragma once

#include <cstdint>

namespace quoin::testing {

/// Calls of any `operator new` so far, from all threads.
std::uint64_t heap_allocations() noexcept;

}  // namespace quoin::testing
