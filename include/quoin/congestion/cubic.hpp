// SPDX-License-Identifier: BSL-1.0
/// \file
/// CUBIC (RFC 9438) with HyStart++ (RFC 9406): the default controller.
#pragma once

#include <quoin/congestion/cubic_curve.hpp>
#include <quoin/congestion/hystart.hpp>
#include <quoin/congestion/window.hpp>

namespace quoin {

/// Grows along a cubic curve of the time since the last congestion, flat around the window at which that happened, and
/// never slower than Reno would. The window is kept as a double so that small steps add up; all of it stays below 2^40.
class cubic {
 public:
  explicit cubic(congestion_path const& path) noexcept
      : datagram_size_(path.max_datagram_size), window_(as_double(initial_window(path.max_datagram_size))) {}

  [[nodiscard]] byte_count window() const noexcept { return static_cast<byte_count>(window_); }
  [[nodiscard]] bool in_slow_start() const noexcept { return window_ < threshold_; }
  [[nodiscard]] hystart::phase slow_start_phase() const noexcept { return slow_start_.current(); }

  void on_sent(congestion_sent const& sent) noexcept {
    // Silence is not counted: the curve must not have risen in the meantime (RFC 9438 4.2, 5.8).
    if (sent.bytes_in_flight != sent.size || idle_since_ > sent.now) return;
    curve_.shift(sent.now - idle_since_);
    last_growth_at_ += sent.now - idle_since_;
    idle_since_ = never;
  }

  void on_acked(congestion_acked const& acked) noexcept {
    if (acked.bytes_in_flight == 0) idle_since_ = acked.now;
    if (recovery_.covers(acked.largest_sent_at)) return;
    if (acked.application_limited) {
      paused_ = true;
      return;
    }
    if (in_slow_start())
      grow_exponentially(acked);
    else
      avoid_congestion(acked);
  }

  void on_lost(congestion_lost const& lost) noexcept {
    on_congestion(lost.now, lost.largest_sent_at);
    if (!lost.persistent_congestion) return;
    window_ = as_double(minimum_window(datagram_size_));
    curve_.forget_maximum();  // the next curve begins at its plateau (RFC 9438 4.8)
    recovery_.clear();
  }

  void on_marked(congestion_marked const& marked) noexcept { on_congestion(marked.now, marked.largest_sent_at); }
  void on_discarded(byte_count) noexcept {}

  void on_datagram_size(byte_count size) noexcept {
    // A window that nothing has happened to yet is computed anew (RFC 9002 7.2).
    bool const untouched = window() == initial_window(datagram_size_);
    datagram_size_ = size;
    window_ = untouched ? as_double(initial_window(size)) : std::max(window_, as_double(minimum_window(size)));
  }

 private:
  static double as_double(byte_count bytes) noexcept { return static_cast<double>(bytes); }

  void set_window(double bytes) noexcept { window_ = std::min(bytes, as_double(largest_window)); }

  void grow_exponentially(congestion_acked const& acked) noexcept {
    set_window(window_ + as_double(slow_start_.growth(acked)));
    if (!slow_start_.finished()) return;
    // Slow start ended without loss: there is no maximum yet to return to (RFC 9438 4.10).
    slow_start_.on_congestion();
    threshold_ = window_;
    window_before_ = window_;
    curve_.forget_maximum();
  }

  void avoid_congestion(congestion_acked const& acked) noexcept {
    auto const datagram = as_double(datagram_size_);
    if (!curve_.begun()) {
      curve_.begin(acked.now, window_, datagram);
      reno_window_ = window_;
    } else if (paused_) {
      curve_.shift(acked.now - last_growth_at_);
    }
    paused_ = false;
    last_growth_at_ = acked.now;

    auto const bytes = as_double(acked.bytes);
    auto const per_window = reno_window_ >= window_before_ ? 1.0 : cubic_curve::reno_friendly_increase;
    reno_window_ = std::min(reno_window_ + per_window * datagram * bytes / window_, as_double(largest_window));

    auto grown = window_;
    if (curve_.at(acked.now, datagram) < reno_window_) {
      grown = std::max(window_, reno_window_);
    } else {
      auto const target = std::clamp(curve_.at(acked.now + acked.rtt.smoothed, datagram), window_, 1.5 * window_);
      grown += (target - window_) * bytes / window_;
    }
    set_window(std::min(grown, window_ + bytes));  // never faster than slow start
  }

  void on_congestion(instant now, instant sent_at) noexcept {
    if (recovery_.covers(sent_at)) return;
    recovery_.begin(now);
    slow_start_.on_congestion();
    curve_.end(window_);
    window_before_ = window_;
    window_ = std::max(window_ * cubic_curve::beta, as_double(minimum_window(datagram_size_)));
    threshold_ = window_;
  }

  byte_count datagram_size_;
  double window_;
  double threshold_ = 1e300;  // ssthresh
  double window_before_ = 0;  // cwnd_prior: the window when the threshold was last set
  double reno_window_ = 0;    // W_est: where Reno would be
  instant last_growth_at_{};
  instant idle_since_ = never;  // when the flight became empty
  cubic_curve curve_;
  recovery_period recovery_;
  hystart slow_start_;
  bool paused_ = false;  // the window was not used since it last grew
};

}  // namespace quoin
