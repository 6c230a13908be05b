// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-25, INV-26, INV-36, INV-37, INV-42: how connections end, and that they are over then.
#pragma once

#include "checker.hpp"

#include <set>
#include <utility>

namespace quoin::property {

class endings final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  /// How long each side's handshake may take; for ever by default.
  std::array<duration, 2> handshake_timeout{duration::max(), duration::max()};

  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void on(role side, std::size_t, event::connection_closed const& e) override;
  void after_step(seen_step const& step) override;
  void at_end(seen_step const& step) override;

 private:
  /// Whether it is the application's, and which.
  using close_code = std::pair<bool, std::uint64_t>;
  struct end {
    std::optional<instant> began;
    std::optional<event::close_origin> closed;
    close_code code;             ///< with which it says that it ended
    std::set<close_code> heard;  ///< in its peer's CONNECTION_CLOSE frames
    instant closed_at;
    bool draining = false;
    std::uint64_t arrived_at_close = 0;
    std::uint64_t datagrams_since_close = 0;
    instant last_activity;
    bool eliciting_since_activity = false;
    duration own_idle{};
    duration peer_idle{};
    duration peer_ack_delay{};
    seen_end last_open;  ///< as it stood before the end
    std::optional<seen_end> first_closing;
    bool gone = false;
  };
  end& of(role side) { return ends_[index_of(side)]; }
  void check_said(role side, close_code said, instant now);
  void check_idle(role side, instant now);
  void check_closing(role side, seen_end const& seen, instant now);
  static duration probe_timeout(seen_end const& seen, duration ack_delay);

  std::array<end, 2> ends_;
};

}  // namespace quoin::property
