// SPDX-License-Identifier: BSL-1.0
#include "seeds.hpp"

#include <cstdio>
#include <cstdlib>

namespace quoin::property {
namespace {

std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

std::string reproduce(std::uint64_t seed, std::string_view test_case, std::string_view program) {
  return "reproduce: QUOIN_SEED=" + std::to_string(seed) + " <build>/tests/property/" + std::string{program} + " \"" +
         std::string{test_case} + '"';
}

std::vector<std::uint64_t> seeds_to_run(std::uint64_t part, std::uint64_t parts) {
  if (auto const only = from_environment("QUOIN_SEED", 0); only != 0) {
    // Reproducing one failure: whichever part is asked for.
    return {only};
  }
  std::vector<std::uint64_t> seeds;
  for (auto seed = 1 + part; seed <= from_environment("QUOIN_SEEDS", 2000); seed += parts) seeds.push_back(seed);
  return seeds;
}

void print_digest(std::uint64_t seed, std::string_view trace) {
  // FNV-1a: the same everywhere.
  std::uint64_t digest = 0xcbf29ce484222325;
  for (char const c : trace) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::printf("%llu %016llx %zu\n", static_cast<unsigned long long>(seed), static_cast<unsigned long long>(digest),
              trace.size());
}

}  // namespace quoin::property
