// SPDX-License-Identifier: BSL-1.0
/// \file
/// All invariants of all connections: one set of checkers for each, from its client's first flight on. Both ends are
/// known by the connection ID that the client has chosen for itself, which a Retry, another version and a server that
/// begins once more leave as it is.
#pragma once

#include "invariants.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace quoin::property {

class every_connection final : public telling_watcher<every_connection> {
 public:
  /// One connection: what is said at its two ends, and by which numbers watchers know them.
  struct pair {
    connection_id client_id;
    std::array<std::optional<std::size_t>, 2> number;
    bool server_spoke = false;  ///< or heard something authentic
    invariants checks;
  };

  /// Is called for each new set of checkers, to say what is expected.
  std::function<void(pair&)> prepare{};
  /// How an end stands; asked for after each step.
  std::function<seen_end(pair const&, role)> look{};
  /// What is alike for all of them.
  std::function<void(seen_step&)> look_around{};

  /// Looks at a world from now on.
  void look_at(scenario::world& of, scenario::world_options const& options);
  void look_away() { look = {}; }

  using telling_watcher::on;
  void on(role side, std::size_t n, event::connection_started const& e) override;
  void on(role side, std::size_t n, event::packet_sent const& e) override;
  void on(role side, std::size_t n, event::packet_received const& e) override;
  void after_serve() override;
  /// A datagram leaves its host: of the connection that has just sealed a packet, or of none.
  void on_datagram(seen_datagram const& datagram);

  void at_rest(pair& of) { of.checks.at_rest(step_of(of)); }
  void at_end();

  [[nodiscard]] std::vector<std::unique_ptr<pair>> const& all() const noexcept { return all_; }
  [[nodiscard]] pair* find(role side, std::size_t n);
  /// Whether a connection of a server has found out that its peer receives at `address`.
  [[nodiscard]] bool proven(socket_address const& address) const;
  /// Complaints, by connections.
  [[nodiscard]] std::string broken() const;

 private:
  friend telling_watcher<every_connection>;

  template <class Event>
  void tell(role side, std::size_t n, Event const& e) {
    if (auto* const found = find(side, n)) found->checks.on(side, n, e);
  }
  seen_step step_of(pair const& of) const;

  std::vector<std::unique_ptr<pair>> all_;
  pair* speaker_ = nullptr;
};

}  // namespace quoin::property
