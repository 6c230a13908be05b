// SPDX-License-Identifier: BSL-1.0
// What is a congestion_controller, and what is not.
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/fixed_window.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/recovery/pacer.hpp>
#include <quoin/recovery/sent_packets.hpp>
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

struct follows_packets : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::packet_state;
  struct packet_state {
    byte_count delivered = 0;
  };
  void on_packet_sent(congestion_sent const&, packet_state&) noexcept {}
  void on_packet_acked(congestion_packet const&, packet_state const&) noexcept {}
  void on_packet_lost(congestion_packet const&, packet_state const&) noexcept {}
};
struct forgets_losses : follows_packets {
  using follows_packets::follows_packets;
  void on_packet_lost(congestion_packet const&, packet_state const&) noexcept = delete;
};
static_assert(congestion_controller<follows_packets> && !congestion_controller<forgets_losses>);
static_assert(std::same_as<packet_state_of<follows_packets>, follows_packets::packet_state>);
static_assert(std::same_as<packet_state_of<only_paces>, no_packet_state>);

struct only_claims_a_quantum : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::send_quantum;
};
struct only_claims_limits : archetype::congestion {
  using congestion::congestion;
  static constexpr feature_set<congestion_feature> features = congestion_feature::application_limits;
};
static_assert(!congestion_controller<only_claims_a_quantum> && !congestion_controller<only_claims_limits>);

// Who claims nothing pays nothing in the ledger.
static_assert(sizeof(basic_sent_packets<no_packet_state>) == sizeof(sent_packets));
static_assert(sizeof(basic_sent_packets<follows_packets::packet_state>) ==
              sizeof(sent_packets) + sizeof(ring<follows_packets::packet_state>));
static_assert(sizeof(basic_pacer<usual_burst>) + sizeof(byte_count) == sizeof(basic_pacer<chosen_burst>));

}  // namespace
