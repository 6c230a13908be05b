// SPDX-License-Identifier: BSL-1.0
#include "../bad_input/watched_victim.hpp"

#include "require.hpp"

void quoin::testing::memory_is_not_back(std::size_t) {
  fuzz::require(false, "memory is back at its baseline after the victim is gone");
}
