// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every `connection_id_format` promises. A new model calls this from one of its tests.
#pragma once

#include <quoin/policy/cid_format.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <random>
#include <set>
#include <vector>

namespace quoin::conformance {

/// One length, the same ID for the same randomness, and a different one for different randomness (RFC 9000 5.1).
template <quoin::connection_id_format Format>
void check_cid_format(Format& format) {
  std::mt19937_64 random{20};
  std::set<std::vector<std::uint8_t>> seen;
  std::array<std::uint8_t, quoin::connection_id::max_size> bytes{};
  int const count = Format::size < 8 ? 100 : 5000;
  for (int i = 0; i < count; ++i) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    auto const id = format.make(bytes);
    REQUIRE(id.size() == Format::size);
    seen.insert({id.view().begin(), id.view().end()});
  }
  CHECK(seen.size() == static_cast<std::size_t>(count));
}

}  // namespace quoin::conformance
