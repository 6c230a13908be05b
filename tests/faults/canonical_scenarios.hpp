// SPDX-License-Identifier: BSL-1.0
/// \file
/// Lives of a connection, in which every call that can fail is made to fail.
#pragma once

#include "two_ends.hpp"

#include <span>

namespace quoin::testing {

struct canonical_scenario {
  char const* name;
  ends_options options;
  /// Plays it; false as soon as a connection cannot go on.
  bool (*play)(two_ends&);
};

std::span<canonical_scenario const> canonical_scenarios();

}  // namespace quoin::testing
