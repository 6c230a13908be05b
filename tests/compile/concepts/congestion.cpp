// SPDX-License-Identifier: BSL-1.0
// What is a congestion_controller, and what is not.
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/fixed_window.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(congestion_controller<archetype::congestion>);
static_assert(congestion_controller<new_reno>);
static_assert(congestion_controller<cubic>);
static_assert(congestion_controller<fixed_window<64 * 1200>>);

struct without_marks : archetype::congestion {
  using congestion::congestion;
  void on_marked(congestion_marked const&) noexcept = delete;
};
struct without_discards : archetype::congestion {
  using congestion::congestion;
  void on_discarded(byte_count) noexcept = delete;
};
struct may_throw : archetype::congestion {
  using congestion::congestion;
  void on_acked(congestion_acked const&) {}
};
struct windows_that_change : archetype::congestion {
  using congestion::congestion;
  byte_count window() noexcept { return 2400; }
};
struct pinned_controller : archetype::congestion {
  using congestion::congestion;
  pinned_controller(pinned_controller&&) = delete;
};
static_assert(!congestion_controller<without_marks>);
static_assert(!congestion_controller<without_discards>);
static_assert(!congestion_controller<may_throw>);
static_assert(!congestion_controller<windows_that_change>);
static_assert(!congestion_controller<pinned_controller>);

// What is claimed must be there; what is there need not be claimed.
struct claims_and_paces : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::pacing;
  [[nodiscard]] byte_count pacing_rate() const noexcept { return 0; }
};
struct only_claims : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::pacing;
};
struct only_paces : archetype::congestion {
  using congestion::congestion;
  [[nodiscard]] byte_count pacing_rate() const noexcept { return 0; }
};
static_assert(congestion_controller<claims_and_paces> && claims<claims_and_paces, congestion_feature::pacing>);
static_assert(!congestion_controller<only_claims>);
static_assert(congestion_controller<only_paces> && !claims<only_paces, congestion_feature::pacing>);

}  // namespace
