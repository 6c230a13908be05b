// SPDX-License-Identifier: BSL-1.0
/// \file
/// How much memory this program's `operator new` has given out and not got back.
#pragma once

#include <cstddef>

namespace quoin::testing {

std::size_t live_heap_bytes() noexcept;

}  // namespace quoin::testing
