// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `congestion` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct without_loss : archetype::congestion {
  using congestion::congestion;
  void on_lost(congestion_lost const&) noexcept = delete;
};
struct without_a_hook : archetype_stack {
  using congestion = without_loss;
};
// error: this stack's `congestion` is not a congestion_controller -- see docs/policies/congestion.md
// names: on_lost
template struct quoin::check_stack<without_a_hook>;

struct signed_window : archetype::congestion {
  using congestion::congestion;
  int window() const noexcept { return 2400; }
};
struct with_a_wrong_type : archetype_stack {
  using congestion = signed_window;
};
// error: this stack's `congestion` is not a congestion_controller -- see docs/policies/congestion.md
// names: window
template struct quoin::check_stack<with_a_wrong_type>;

// A misspelt hook would go unnoticed, were it not claimed.
struct misspelt : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::pacing;
  byte_count pacing_rat() const noexcept { return 0; }
};
struct with_an_empty_claim : archetype_stack {
  using congestion = misspelt;
};
// error: this stack's `congestion` claims `pacing` but has no pacing_rate\(\) -- see docs/policies/congestion.md
template struct quoin::check_stack<with_an_empty_claim>;

struct forgetful : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::packet_state;
  struct packet_state {};
  void on_packet_sent(congestion_sent const&, packet_state&) noexcept {}
  void on_packet_acked(congestion_packet const&, packet_state const&) noexcept {}
};
struct that_follows_no_loss : archetype_stack {
  using congestion = forgetful;
};
// error: this stack's `congestion` claims `packet_state` but lacks the type or one of on_packet_sent
template struct quoin::check_stack<that_follows_no_loss>;

struct untold : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::application_limits;
  void on_application_limit(byte_count) noexcept {}
};
struct that_is_never_told : archetype_stack {
  using congestion = untold;
};
// error: this stack's `congestion` claims `application_limits` but has no on_application_limited\(\) -- see docs/policies
template struct quoin::check_stack<that_is_never_told>;

struct unmeasured : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::send_quantum;
};
struct that_has_no_burst : archetype_stack {
  using congestion = unmeasured;
};
// error: this stack's `congestion` claims `send_quantum` but has no send_quantum\(\) -- see docs/policies/congestion.md
template struct quoin::check_stack<that_has_no_burst>;

struct pathless : archetype::congestion {
  pathless() : congestion(congestion_path{}) {}
};
struct that_cannot_be_made : archetype_stack {
  using congestion = pathless;
};
// error: this stack's `congestion` is not a congestion_controller -- see docs/policies/congestion.md
// names: constructible
template struct quoin::check_stack<that_cannot_be_made>;
