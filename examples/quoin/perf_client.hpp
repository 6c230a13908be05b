// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client side of "perf" on one connection: keeps a number of requests under way and counts.
#pragma once

#include "perf_source.hpp"
#include "perf_wire.hpp"

#include <chrono>
#include <optional>
#include <unordered_map>

namespace tool::perf {

/// What one connection is asked to do.
struct work {
  std::uint64_t download = 0;   ///< bytes of each answer
  std::uint64_t upload = 0;     ///< bytes behind each request
  std::size_t streams = 1;      ///< requests under way at once
  bool handshake_only = false;  ///< the connection is closed as soon as it stands
  bool again = false;           ///< a request that is done is followed by another, until `stop`
};

struct counts {
  std::uint64_t requests = 0;  ///< done
  std::uint64_t broken = 0;
  std::uint64_t downloaded = 0;
  std::uint64_t uploaded = 0;  ///< of requests that are done
};

class client final : public application {
 public:
  explicit client(work const& what) : work_(what) {}

  void on_connected(port& to) override;
  void on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) override;
  void on_reset(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_streams_available(port& to) override;
  void on_turn(port& to) override;
  void on_closed(port& to, quoin::close_info const& why) override;

  /// No new requests from now on.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool connected() const { return connected_at_.has_value(); }
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> connected_at() const { return connected_at_; }
  /// Of the last answer's end.
  [[nodiscard]] std::chrono::steady_clock::time_point last_at() const { return last_at_; }
  [[nodiscard]] bool done() const { return connected() && under_way_.empty() && to_start_ == 0; }
  [[nodiscard]] std::optional<quoin::close_info> const& closed() const { return closed_; }
  [[nodiscard]] counts const& count() const { return counts_; }
  [[nodiscard]] quoin::connection_statistics const& statistics() const { return statistics_; }

 private:
  void end(port& to, quoin::stream_id id, bool complete);

  work work_;
  std::size_t to_start_ = 0;
  bool stopped_ = false;
  std::unordered_map<std::uint64_t, std::uint64_t> under_way_;  // stream -> bytes received
  source uploads_;
  counts counts_;
  std::optional<std::chrono::steady_clock::time_point> connected_at_;
  std::chrono::steady_clock::time_point last_at_;
  std::optional<quoin::close_info> closed_;
  quoin::connection_statistics statistics_;
};

}  // namespace tool::perf
