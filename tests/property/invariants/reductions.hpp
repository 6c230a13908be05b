// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-19: congestion makes the window smaller once in a round trip (RFC 9002 7.3.1, 7.3.2).
#pragma once

#include "checker.hpp"

#include <quoin/wire/frame/ack.hpp>

#include <map>

namespace quoin::property {

/// Knows when each packet was sent. After a reduction the next one needs an acknowledgement of something that was sent
/// later: whatever is lost or marked before belongs to the flight that was answered already.
class reductions final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  /// Whether the controller is one that answers congestion so; one that models its path has windows of other kinds.
  bool expected = false;
  /// Whether a loss is answered although marks of its flight were: a scalable controller gives way to those by less.
  bool losses_apart = false;

  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::packet_lost const& e) override;
  void on(role side, std::size_t, event::metrics_updated const& e) override;
  void on(role side, std::size_t, event::path_updated const& e) override;
  void on(role side, std::size_t, event::mtu_updated const& e) override;

  /// How often a window of that side has become smaller.
  [[nodiscard]] std::uint64_t count(role side) const { return ends_[index_of(side)].count; }

 private:
  /// What congestion control is about: the connection, or each path ID where several are used.
  struct lane {
    std::array<std::map<packet_number, instant>, packet_space_count> sent_at;
    std::optional<byte_count> window;  ///< the last one, unless there is a reason to begin anew
    duration smoothed{};
    // When what was lost since the last numbers was sent.
    instant lost_from = instant::max();
    instant lost_to = instant::min();
    std::optional<instant> reduced_at;
  };
  struct end {
    std::map<std::uint32_t, lane> lanes;
    std::uint64_t count = 0;
  };
  static void acknowledge(lane& of, packet_space space, wire::ack_frame const& ack);
  end& of(role side) { return ends_[index_of(side)]; }

  std::array<end, 2> ends_;
};

}  // namespace quoin::property
