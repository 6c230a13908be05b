// SPDX-License-Identifier: BSL-1.0
/// \file
/// What must hold whatever the network and the applications do, checked from outside after every event. Which number is
/// checked where: invariants.tsv.
#pragma once

#include "invariants/agreement.hpp"
#include "invariants/bounds.hpp"
#include "invariants/conduct.hpp"
#include "invariants/delivery.hpp"
#include "invariants/endings.hpp"
#include "invariants/fairness.hpp"
#include "invariants/flight.hpp"
#include "invariants/identifiers.hpp"
#include "invariants/reductions.hpp"
#include "invariants/several_paths.hpp"
#include "invariants/wire_rules.hpp"
#include "telling_watcher.hpp"

namespace quoin::property {

/// All checkers. Is told what the connections' observers are told, and looks at the world whenever that has come to
/// rest for a moment.
class invariants final : public telling_watcher<invariants> {
 public:
  /// What these options let one expect.
  void expect(scenario::world_options const& options);
  /// The same, and from now on the first connection and the network of `of` are looked at too.
  void look_at(scenario::world& of, scenario::world_options const& options);
  /// Nothing more is looked at; `of` may go.
  void look_away() { world_ = nullptr; }

  void after_serve() override;

  void on_datagram(seen_datagram const& datagram) {
    for (auto* const each : all_) each->on_datagram(datagram);
  }
  void after_step(seen_step const& step) {
    for (auto* const each : all_) each->after_step(step);
  }
  void at_rest(seen_step const& step) {
    for (auto* const each : all_) each->at_rest(step);
  }
  void at_end(seen_step const& step) {
    for (auto* const each : all_) each->at_end(step);
  }
  /// Nothing is in flight, and nothing is left to say.
  void at_rest() { at_rest(look()); }
  /// Both connections are gone.
  void at_end() { at_end(look()); }

  /// Whether that side has found out that its peer receives at `address`.
  [[nodiscard]] bool proven(role side, socket_address const& address) const { return conduct_.proven(side, address); }
  /// Whether something that side has sent is in flight, on the path in use or on one before.
  [[nodiscard]] bool in_flight(role side) const { return flight_.any(side); }
  [[nodiscard]] std::string in_flight_text(role side) const { return flight_.text_of(side); }
  [[nodiscard]] std::string const& broken() const noexcept { return complaints_.text(); }
  [[nodiscard]] std::uint64_t packets() const noexcept { return conduct_.packets(); }
  /// Of those, with early data.
  [[nodiscard]] std::uint64_t early_packets() const noexcept { return conduct_.early_packets(); }

  /// Tells `one` too what the others are told.
  void add(checker& one) { all_.push_back(&one); }
  endings& of_endings() noexcept { return endings_; }
  bounds& of_bounds() noexcept { return bounds_; }
  fairness& of_fairness() noexcept { return fairness_; }
  reductions& of_reductions() noexcept { return reductions_; }
  [[nodiscard]] several_paths const& of_several_paths() const noexcept { return several_paths_; }

 private:
  friend telling_watcher<invariants>;

  template <class Event>
  void tell(role side, std::size_t n, Event const& e) {
    for (auto* const each : all_) each->on(side, n, e);
  }
  seen_step look();

  complaints complaints_;
  conduct conduct_{complaints_};
  flight flight_{complaints_};
  delivery delivery_{complaints_};
  identifiers identifiers_{complaints_};
  endings endings_{complaints_};
  agreement agreement_{complaints_};
  bounds bounds_{complaints_};
  fairness fairness_{complaints_};
  wire_rules wire_rules_{complaints_};
  reductions reductions_{complaints_};
  several_paths several_paths_{complaints_};
  std::vector<checker*> all_{&conduct_, &flight_,   &delivery_,   &identifiers_, &endings_,      &agreement_,
                             &bounds_,  &fairness_, &wire_rules_, &reductions_,  &several_paths_};
  scenario::world* world_ = nullptr;
  scenario::world_options options_;
};

/// How an end stands, of a world with these options.
seen_end look_at_party(scenario::party const& at, scenario::world_options const& options, role side);

}  // namespace quoin::property
