// SPDX-License-Identifier: BSL-1.0
/// \file
/// Turns Botan's pool of locked memory off in the program that includes it: the pool keeps what it wrote about blocks
/// that are gone, and cannot take memory back when there is none.
#pragma once

#include <cstdlib>

namespace {

/// Before Botan's own statics are made.
[[gnu::constructor(101)]] void without_botan_pool() {
  ::setenv("BOTAN_MLOCK_POOL_SIZE", "0", 1);
}

}  // namespace
