// SPDX-License-Identifier: BSL-1.0
/// \file
/// Congestion avoidance as in RFC 9438: a part for `loss_based`.
#pragma once

#include <quoin/congestion/avoidance/cubic_curve.hpp>
#include <quoin/congestion/window.hpp>

namespace quoin::avoidance {

/// Grows along a cubic curve of the time since the last congestion, flat around the window at which that happened, and
/// never slower than Reno would. The window is kept as a double so that small steps add up; all of it stays below 2^40.
class cubic {
 public:
  using window_type = double;
  static constexpr double beta = cubic_curve::beta;

  /// Silence is not counted: the curve must not have risen in the meantime (RFC 9438 4.2, 5.8).
  void note_sent(congestion_sent const& sent) noexcept {
    if (sent.bytes_in_flight != sent.size || idle_since_ > sent.now) return;
    curve_.shift(sent.now - idle_since_);
    last_growth_at_ += sent.now - idle_since_;
    idle_since_ = never;
  }
  void note_acked(congestion_acked const& acked) noexcept {
    if (acked.bytes_in_flight == 0) idle_since_ = acked.now;
  }
  /// The window was not used, so time did not test it.
  void pause() noexcept { paused_ = true; }

  /// What the window is after this ACK.
  [[nodiscard]] double grown(double window, congestion_acked const& acked, byte_count datagram_size) noexcept {
    auto const datagram = static_cast<double>(datagram_size);
    if (!curve_.begun()) {
      curve_.begin(acked.now, window, datagram);
      reno_window_ = window;
    } else if (paused_) {
      curve_.shift(acked.now - last_growth_at_);
    }
    paused_ = false;
    last_growth_at_ = acked.now;

    auto const bytes = static_cast<double>(acked.bytes);
    auto const per_window = reno_window_ >= window_before_ ? 1.0 : cubic_curve::reno_friendly_increase;
    reno_window_ = std::min(reno_window_ + per_window * datagram * bytes / window, static_cast<double>(largest_window));

    auto grown = window;
    if (curve_.at(acked.now, datagram) < reno_window_) {
      grown = std::max(window, reno_window_);
    } else {
      auto const target = std::clamp(curve_.at(acked.now + acked.rtt.smoothed, datagram), window, 1.5 * window);
      grown += (target - window) * bytes / window;
    }
    return std::min(grown, window + bytes);  // never faster than slow start
  }

  /// Without loss: there is no maximum yet to return to (RFC 9438 4.10).
  void on_slow_start_end(double window) noexcept {
    window_before_ = window;
    curve_.forget_maximum();
  }
  void on_congestion(double window) noexcept {
    curve_.end(window);
    window_before_ = window;
  }
  void on_marks(double window, double) noexcept { on_congestion(window); }
  /// The next curve begins at its plateau (RFC 9438 4.8).
  void on_persistent_congestion() noexcept { curve_.forget_maximum(); }

 private:
  double window_before_ = 0;  // cwnd_prior: the window when the threshold was last set
  double reno_window_ = 0;    // W_est: where Reno would be
  instant last_growth_at_{};
  instant idle_since_ = never;  // when the flight became empty
  cubic_curve curve_;
  bool paused_ = false;  // the window was not used since it last grew
};

}  // namespace quoin::avoidance
