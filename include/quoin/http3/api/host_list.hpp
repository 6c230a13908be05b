// SPDX-License-Identifier: BSL-1.0
/// \file
/// The hosts of all connections that somebody serves, and when they are to be looked after.
#pragma once

#include <quoin/http3/api/host.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace quoin::http3 {

/// Keeps a `Hosted` in each connection's `context`, with what all of them have around them.
template <class Connection, class Hosted>
class host_list {
 public:
  /// Throws std::invalid_argument with a sentence that says what is wrong with the settings.
  explicit host_list(surroundings<Connection> around) : around_(std::move(around)) {
    if (auto const problem = problem_with(around_.settings)) throw std::invalid_argument{*problem};
  }

  /// Null when the connection has none.
  [[nodiscard]] static Hosted* of(Connection& connection) { return static_cast<Hosted*>(connection.context()); }

  template <class... More>
  Hosted& add(Connection& connection, More&&... more) {
    hosts_.push_back(std::make_unique<Hosted>(connection, around_, std::forward<More>(more)...));
    connection.set_context(hosts_.back().get());
    return *hosts_.back();
  }

  void remove(Connection& connection) {
    auto const* const gone = of(connection);
    connection.set_context(nullptr);
    std::erase(around_.touched, &connection);
    std::replace(looked_at_.begin(), looked_at_.end(), &connection, static_cast<Connection*>(nullptr));
    std::erase_if(hosts_, [&](auto const& one) { return one.get() == gone; });
  }

  /// Calls `use(host)` for each.
  template <class Use>
  void for_each(Use&& use) {
    for (auto const& one : hosts_) use(*one);
  }

  /// The connection is to be served, though nothing has happened to it.
  void wake(Connection& connection) {
    if (around_.wake) around_.wake(connection);
  }

  /// Once a second, gives up what is too slow; at once, tells what follows from messages that were used outside of the
  /// loop, and looks at their connections only.
  void tick_if_due() {
    auto const now = around_.now();
    if (now < next_tick_) return tick_touched();
    next_tick_ = saturating_add(now, std::chrono::seconds{1});
    around_.touched.clear();
    // By index: who is told may start connections.
    for (std::size_t i = 0; i < hosts_.size(); ++i) hosts_[i]->tick();
  }

  [[nodiscard]] instant now() { return around_.now(); }
  [[nodiscard]] session_settings const& settings() const noexcept { return around_.settings; }
  [[nodiscard]] std::size_t size() const noexcept { return hosts_.size(); }
  /// Exchanges of all connections.
  [[nodiscard]] std::size_t live() const noexcept {
    std::size_t all = 0;
    for (auto const& one : hosts_) all += one->live();
    return all;
  }

 private:
  /// Those that are touched meanwhile have their turn the next time.
  void tick_touched() {
    if (around_.touched.empty()) return;
    std::swap(looked_at_, around_.touched);
    for (std::size_t i = 0; i < looked_at_.size(); ++i)
      if (looked_at_[i] != nullptr) of(*looked_at_[i])->tick();
    looked_at_.clear();
  }

  surroundings<Connection> around_;
  std::vector<std::unique_ptr<Hosted>> hosts_;
  std::vector<Connection*> looked_at_;  ///< in this very turn
  instant next_tick_{};
};

/// What the hosts of an endpoint's connections have around them; the endpoint must outlive them. Throws
/// std::invalid_argument when `transport` does not let peers open the streams that HTTP/3 needs.
template <class Endpoint>
surroundings<typename Endpoint::connection_type> surroundings_of(Endpoint& at, transport_settings const& transport,
                                                                 session_settings const& settings) {
  using connection_type = typename Endpoint::connection_type;
  if (auto const problem = problem_with_streams(transport.uni_streams)) throw std::invalid_argument{*problem};
  surroundings<connection_type> around;
  around.now = [&at] { return at.now(); };
  around.wake = [&at](connection_type& used) { at.touch(used); };
  around.settings = settings;
  around.settings.request_streams = transport.bidi_streams;
  around.key = random_hash_key(at.entropy());
  return around;
}

}  // namespace quoin::http3
