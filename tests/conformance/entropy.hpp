// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every `entropy_source` promises, as far as a test can see. A new model calls this from one of its tests.
#pragma once

#include <quoin/policy/entropy.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <bitset>
#include <set>
#include <vector>

namespace quoin::conformance {

/// Fills exactly what it is given, never repeats itself, and sets each bit about half the time.
template <quoin::entropy_source Entropy>
void check_entropy(Entropy& entropy) {
  entropy.fill({});

  for (std::size_t const size : {1U, 7U, 8U, 9U, 63U, 200U, 255U, 256U, 257U, 1000U}) {
    std::vector<std::uint8_t> room(size + 2, 0);
    std::vector<bool> touched(size, false);
    // A byte may be zero by chance, hardly forty times in a row.
    for (int i = 0; i < 40; ++i) {
      entropy.fill(quoin::byte_span{room}.subspan(1, size));
      for (std::size_t at = 0; at < size; ++at) touched[at] = touched[at] || room[at + 1] != 0;
    }
    CHECK(std::find(touched.begin(), touched.end(), false) == touched.end());
    CHECK(room.front() == 0);
    CHECK(room.back() == 0);
  }

  std::set<std::vector<std::uint8_t>> seen;
  std::size_t ones = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<std::uint8_t> drawn(16);
    entropy.fill(drawn);
    for (auto const byte : drawn) ones += std::bitset<8>{byte}.count();
    seen.insert(drawn);
  }
  CHECK(seen.size() == 1000);
  // 128000 fair bits: mean 64000, standard deviation 179; six of those on either side.
  CHECK(ones > 64000 - 1074);
  CHECK(ones < 64000 + 1074);
}

}  // namespace quoin::conformance
