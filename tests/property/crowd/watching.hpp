// SPDX-License-Identifier: BSL-1.0
/// \file
/// The eyes of the invariants in a crowd: observers of its connections, and how each of them stands.
#pragma once

#include "amplification_guard.hpp"
#include "every_connection.hpp"

#include <quoin/core/limits.hpp>
#include <quoin/crypto/null/crypto.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab_stack.hpp>

namespace quoin::property {

/// Tells the checkers what it is told. Numbers count the connections of a role over all endpoints.
class crowd_observer {
 public:
  static constexpr bool enabled = true;
  crowd_observer() = default;
  crowd_observer(every_connection& to, role side, std::size_t number) : to_(&to), side_(side), number_(number) {}

  template <class Event>
  void on(Event const& e) {
    if constexpr (requires(every_connection & to) { to.on(role{}, std::size_t{}, e); })
      if (to_ != nullptr) to_->on(side_, number_, e);
  }
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

  /// What its application is told.
  void note_told(connection_event const& e) {
    told_after_end_ = told_after_end_ || ended_;
    ended_ = ended_ || e.what == connection_event::kind::closed;
  }
  [[nodiscard]] bool told_after_end() const noexcept { return told_after_end_; }

 private:
  every_connection* to_ = nullptr;
  role side_ = role::client;
  std::size_t number_ = 0;
  bool ended_ = false;
  bool told_after_end_ = false;
};

struct crowd_stack : test_stack {
  using io = sim_io;
  using clock = manual_clock;
  using entropy = lab_entropy;
  using observer = crowd_observer;
};
using crowd_endpoint = endpoint<crowd_stack>;
using crowd_end = connection<crowd_stack>;

/// How an end stands; `streams` are those on which its application has written.
template <class Streams>
seen_end look_at_end(crowd_end& at, transport_settings const& settings, Streams const& streams) {
  datagram_settings const datagrams;
  seen_end end;
  end.closing = at.closing();
  end.connected = at.connected();
  end.confirmed = at.confirmed();
  end.told_after_closed = at.observer().told_after_end();
  end.stats = at.statistics();
  end.deadline = at.deadline();
  end.held_bytes = at.held_bytes();
  end.open_streams = at.open_streams();
  end.held_bytes_most = settings.max_connection_window + limits::undecryptable_bytes + datagrams.send_queue +
                        datagrams.receive_queue + end.open_streams * settings.send_buffer;
  at.for_each_connection_id([&](auto const&...) { ++end.connection_ids; });
  end.alpn = std::string{at.alpn()};
  end.spoken = at.version();
  if (end.connected && !end.closing)
    for (auto const id : streams) end.unsent.emplace_back(id, at.unsent(stream_id{id}));
  return end;
}

}  // namespace quoin::property
