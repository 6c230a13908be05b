// SPDX-License-Identifier: BSL-1.0
// INV-41 between builds: what digests.py compares.
#include "crowd/random_crowd.hpp"
#include "random_run.hpp"
#include "seeds.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>

using namespace quoin::property;

namespace {

/// FNV-1a: the same everywhere.
std::uint64_t digest_of(std::string_view text) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (char const c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return digest;
}

}  // namespace

TEST_CASE("digests of the traces of random runs", "[.digests]") {
  for (auto const seed : seeds_to_run(0, 1)) {
    std::string trace;
    static_cast<void>(random_run({seed}, &trace));
    std::string crowd;
    static_cast<void>(random_crowd(seed, &crowd));
    trace += crowd;
    std::printf("%llu %016llx %zu\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(digest_of(trace)), trace.size());
  }
}
