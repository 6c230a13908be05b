// SPDX-License-Identifier: BSL-1.0
// What is a clock_source, and what is not.
#include <quoin/ambient/manual_clock.hpp>
#include <quoin/ambient/steady_clock.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(clock_source<archetype::clock>);
static_assert(clock_source<quoin::steady_clock>);
static_assert(clock_source<manual_clock>);

struct may_throw {
  instant now() const { return {}; }
};
struct not_const {
  instant now() noexcept { return {}; }
};
struct tells_a_duration {
  duration now() const noexcept { return {}; }
};
struct claims_a_calendar_and_has_none {
  static constexpr feature_set<clock_feature> features{clock_feature::calendar};
  instant now() const noexcept { return {}; }
};
static_assert(!clock_source<claims_a_calendar_and_has_none>);
static_assert(claims<quoin::steady_clock, clock_feature::calendar> && claims<manual_clock, clock_feature::calendar>);
static_assert(!clock_source<may_throw>);
static_assert(!clock_source<not_const>);
static_assert(!clock_source<tells_a_duration>);
static_assert(!clock_source<std::chrono::steady_clock>);

}  // namespace
