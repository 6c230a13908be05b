// SPDX-License-Identifier: BSL-1.0
/// \file
/// Two connections without endpoints, joined by a simulated network: whoever holds them is their event loop and their
/// router, so that nothing stands between a test and what a connection promises.
#pragma once

#include "amplification_guard.hpp"
#include "world/audited_crypto.hpp"

#include <quoin/connection/connection.hpp>
#include <quoin/observe/recorder.hpp>
#include <quoin/observe/tee.hpp>
#include <quoin/sim/network.hpp>
#include <quoin/stacks/test.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace quoin::property {

/// Passes everything on to the checkers.
struct told_observer {
  static constexpr bool enabled = true;
  scenario::watcher* to = nullptr;
  role side = role::client;

  template <class Event>
  void on(Event const& e) {
    if (to != nullptr) to->on(side, 0, e);
  }
};

/// The library's schedulers and any other one, by turns: whichever path is chosen, it is right.
class any_path {
 public:
  static constexpr bool copies = false;

  [[nodiscard]] std::size_t choose(std::span<path_choice const> choices) noexcept {
    constexpr std::uint64_t turn = 32;
    auto const drawn = ++count_ * 0x9e3779b97f4a7c15U;
    switch (count_ / turn % 3) {
      case 0: return quickest_.choose(choices);
      case 1: return next_.choose(choices);
      default: return static_cast<std::size_t>((drawn >> 32) % choices.size());
    }
  }

 private:
  path_schedule::min_rtt quickest_;
  path_schedule::round_robin next_;
  std::uint64_t count_ = 0;
};

template <class PathScheduler>
struct loose_stack_with : test_stack {
  using crypto = scenario::audited_crypto<null_crypto>;
  using observer = tee<recorder, told_observer>;
  using path_scheduler = PathScheduler;
};

using loose_stack = loose_stack_with<any_path>;
/// What is said on one path is repeated on all the others.
using copying_stack = loose_stack_with<path_schedule::redundant>;

using loose_connection = connection<loose_stack>;

/// What an end is made from.
struct loose_end {
  transport_settings settings;
  extension_settings_of<loose_stack> extensions;
  std::shared_ptr<null_handshake::config const> crypto;
};

struct loose_options {
  std::uint64_t seed = 1;
  instant start{};
  sim::link_settings link;
  std::array<loose_end, 2> ends;
  std::optional<client_session> session;
  bool early_data = false;
  scenario::watcher* watch = nullptr;
};

template <class Stack>
class basic_loose_ends {
 public:
  using connection_type = connection<Stack>;
  /// Is offered stream bytes as they arrive, and says how many it has taken.
  using taker = std::function<std::size_t(role, stream_id, byte_view, bool)>;

  explicit basic_loose_ends(loose_options chosen);
  basic_loose_ends(basic_loose_ends const&) = delete;
  basic_loose_ends& operator=(basic_loose_ends const&) = delete;

  /// Where the ends are; the client has a second interface, whose link is its own.
  static std::vector<socket_address> const& addresses(role side);

  /// Null for a server that nothing authentic has reached yet.
  [[nodiscard]] connection_type* at(role side) { return ends_[index_of(side)].get(); }
  sim::network& network() noexcept { return network_; }
  /// From the client's first interface to the server, or from its other one; and back.
  sim::link& uplink(bool other) { return network_.between(other ? other_host_ : client_host_, server_host_); }
  sim::link& downlink(bool other) { return network_.between(server_host_, other ? other_host_ : client_host_); }
  [[nodiscard]] instant now() const noexcept { return network_.now(); }
  [[nodiscard]] std::uint64_t arrived(role side) const { return arrived_[index_of(side)]; }
  [[nodiscard]] unsigned most_turns() const noexcept { return most_turns_; }
  [[nodiscard]] instant deadline() const;
  [[nodiscard]] std::string const& trace() const noexcept { return *text_; }

  /// Does what is due now.
  void serve();
  /// Lets everything happen that is due within `span`.
  void advance(duration span);

  // ---- what an event loop does, one call at a time
  void take_events(role side);
  void receive(role side, arrival const& from);
  /// Sends one batch that is written into so many bytes; false when there is none.
  bool transmit(role side, std::size_t room);

  /// Whoever calls `connection::receive` by himself says so.
  void note_arrival(role side, sim::datagram const& what) {
    ++arrived_[index_of(side)];
    if (on_datagram) on_datagram(side, what, false);
  }

  /// A datagram that arrived before, if there was one.
  [[nodiscard]] std::vector<std::uint8_t> const& last_datagram(role side) const { return last_[index_of(side)]; }

  std::function<void(role, connection_event const&)> on_event;
  taker take;                        ///< where it is empty, all is kept for `read`
  std::function<void()> after_step;  ///< all that was due is done
  /// By whom a datagram is sent, or else by whom it is got.
  std::function<void(role, sim::datagram const&, bool sent)> on_datagram;

 private:
  struct sink;

  bool turn(role side);
  void accept(sim::datagram const& first);
  void send(role side, outgoing const& batch);
  typename Stack::observer observer_of(role side) const;

  loose_options options_;
  std::shared_ptr<std::string> text_ = std::make_shared<std::string>();
  sim::network network_;
  sim::host_id client_host_ = network_.add_host("client");
  sim::host_id server_host_ = network_.add_host("server");
  sim::host_id other_host_ = network_.add_host("other");
  std::array<std::deque<sim::datagram>, 2> waiting_;
  std::array<std::uint64_t, 2> arrived_{};
  std::array<std::vector<std::uint8_t>, 2> last_;
  std::array<std::unique_ptr<connection_type>, 2> ends_;
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(65536);
  unsigned most_turns_ = 0;
};

using loose_ends = basic_loose_ends<loose_stack>;

extern template class basic_loose_ends<loose_stack>;
extern template class basic_loose_ends<copying_stack>;

}  // namespace quoin::property
