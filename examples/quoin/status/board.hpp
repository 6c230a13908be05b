// SPDX-License-Identifier: BSL-1.0
/// \file
/// How the connections of a server are doing: each engine writes down its own, and anybody may read.
#pragma once

#include "../engine.hpp"

#include <chrono>
#include <mutex>
#include <unordered_map>

namespace tool::status {

/// Over several connections.
struct totals {
  std::uint64_t connections = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_lost = 0;
  quoin::byte_count bytes_sent = 0;  ///< of UDP payload, as all bytes here
  quoin::byte_count bytes_received = 0;
  quoin::byte_count congestion_window = 0;
  quoin::byte_count bytes_in_flight = 0;
  quoin::duration round_trips{0};  ///< the sum of their smoothed ones

  void add(totals const& more);
};

totals totals_of(quoin::connection_statistics const& one);

struct seen_connection {
  quoin::socket_address remote;
  quoin::connection_statistics statistics;
};

struct live_connections {
  totals sums;
  std::vector<seen_connection> listed;  ///< some of them, where there are many
};

struct board_limits {
  std::size_t listed = 100;            ///< connections of each engine that are told of one by one
  std::chrono::milliseconds age{500};  ///< after so long an engine looks again
};

/// Engines run on threads of their own, and so do readers.
class board {
 public:
  using time = std::chrono::steady_clock::time_point;

  explicit board(board_limits limits = {}) : limits_(limits) {}

  /// To be called after each turn of an engine, by its thread: looks at its connections if that is due.
  void look(engine& at, time now);
  /// A connection is over.
  void ended(quoin::connection_statistics const& of);

  [[nodiscard]] live_connections live() const;
  [[nodiscard]] totals over() const;

 private:
  struct slot {
    time looked;
    live_connections found;
  };

  [[nodiscard]] bool is_due(engine const& at, time now) const;

  board_limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<engine const*, slot> slots_;
  totals over_;
};

}  // namespace tool::status
