// SPDX-License-Identifier: BSL-1.0
/// \file
/// Most rules are the same in every version of QUIC: what does not depend on one is run for each.
#pragma once

#include <quoin/core/types.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace quoin::testing {

/// What the connections of this test program speak: version 1, or 2 when QUOIN_TEST_VERSION says so.
inline version tested_version() {
  auto const* const wanted = std::getenv("QUOIN_TEST_VERSION");
  return wanted != nullptr && std::string_view{wanted} == "2" ? version::v2 : version::v1;
}

inline version other_version() {
  return tested_version() == version::v1 ? version::v2 : version::v1;
}

/// How far apart the runs of a sweep are, which goes on by one in the first version. What the second changes (packet
/// types, labels, salts) is met by any few of them.
inline std::uint64_t stride_of_version() {
  return tested_version() == version::v1 ? 1 : 4;
}

}  // namespace quoin::testing
