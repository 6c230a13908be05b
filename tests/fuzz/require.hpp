// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a fuzz target says that a property does not hold: it stops, so that the fuzzer keeps the input.
#pragma once

#include <quoin/base/bytes.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fuzz {

inline void require(bool holds, char const* property) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", property);
  std::abort();
}

inline bool same(quoin::byte_view a, quoin::byte_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace fuzz
