// SPDX-License-Identifier: BSL-1.0
#include "watched_victim.hpp"

#include <catch2/catch_test_macros.hpp>

void quoin::testing::memory_is_not_back(std::size_t bytes) {
  CAPTURE(bytes);
  FAIL_CHECK("memory is not back at its baseline after the victim is gone");
}
