// SPDX-License-Identifier: BSL-1.0
/// \file
/// How often this program has called `operator new`.
#pragma once

#include <cstddef>

namespace quoin::test {

std::size_t allocations_so_far();

}  // namespace quoin::test
