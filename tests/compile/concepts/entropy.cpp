// SPDX-License-Identifier: BSL-1.0
// What is an entropy_source, and what is not.
#include <quoin/ambient/seeded_entropy.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/testing/archetypes.hpp>

#include <random>

namespace {

using namespace quoin;

static_assert(entropy_source<archetype::entropy>);
static_assert(entropy_source<system_entropy>);
static_assert(entropy_source<seeded_entropy>);

struct may_throw : archetype::entropy {
  using entropy::entropy;
  void fill(byte_span) {}
  may_throw fork();
};
struct may_fail : archetype::entropy {
  using entropy::entropy;
  bool fill(byte_span) noexcept { return false; }
  may_fail fork();
};
struct forks_another : archetype::entropy {
  using entropy::entropy;
  archetype::entropy fork();
};
static_assert(!entropy_source<may_throw>);
static_assert(!entropy_source<may_fail>);
static_assert(!entropy_source<forks_another>);
static_assert(!entropy_source<std::mt19937_64>);

}  // namespace
