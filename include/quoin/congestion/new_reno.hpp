// SPDX-License-Identifier: BSL-1.0
/// \file
/// The controller that RFC 9002 describes in section 7 and appendix B.
#pragma once

#include <quoin/congestion/hystart.hpp>
#include <quoin/congestion/window.hpp>

namespace quoin {

/// Doubles the window every round trip until congestion, then adds a datagram a round trip and halves on congestion.
/// `SlowStart` is `plain_slow_start` or `hystart`.
template <class SlowStart>
class basic_new_reno {
 public:
  explicit basic_new_reno(congestion_path const& path) noexcept
      : datagram_size_(path.max_datagram_size), window_(initial_window(path.max_datagram_size)) {}

  [[nodiscard]] byte_count window() const noexcept { return window_; }
  [[nodiscard]] bool in_slow_start() const noexcept { return window_ < threshold_; }
  /// Where slow start ends; the largest number while that is unknown.
  [[nodiscard]] byte_count slow_start_threshold() const noexcept { return threshold_; }

  void on_sent(congestion_sent const&) noexcept {}

  void on_acked(congestion_acked const& acked) noexcept {
    // A window that was not used was not tested either (RFC 9002 7.8).
    if (acked.application_limited || recovery_.covers(acked.largest_sent_at)) return;
    if (in_slow_start())
      grow_exponentially(acked);
    else
      grow_linearly(acked.bytes);
  }

  void on_lost(congestion_lost const& lost) noexcept {
    on_congestion(lost.now, lost.largest_sent_at);
    if (!lost.persistent_congestion) return;
    window_ = minimum_window(datagram_size_);
    acked_bytes_ = 0;
    recovery_.clear();
  }

  void on_marked(congestion_marked const& marked) noexcept { on_congestion(marked.now, marked.largest_sent_at); }
  void on_discarded(byte_count) noexcept {}

  void on_datagram_size(byte_count size) noexcept {
    // A window that nothing has happened to yet is computed anew (RFC 9002 7.2).
    bool const untouched = window_ == initial_window(datagram_size_);
    datagram_size_ = size;
    window_ = untouched ? initial_window(size) : std::max(window_, minimum_window(size));
  }

 private:
  void grow_exponentially(congestion_acked const& acked) noexcept {
    window_ = std::min(window_ + slow_start_.growth(acked), largest_window);
    if (slow_start_.finished()) {
      threshold_ = window_;
      slow_start_.on_congestion();
    }
  }

  /// At most one datagram for each window that is acknowledged (RFC 9002 7.3.3).
  void grow_linearly(byte_count bytes) noexcept {
    acked_bytes_ += bytes;
    if (acked_bytes_ < window_) return;
    acked_bytes_ -= window_;
    window_ = std::min(window_ + datagram_size_, largest_window);
  }

  void on_congestion(instant now, instant sent_at) noexcept {
    if (recovery_.covers(sent_at)) return;
    recovery_.begin(now);
    slow_start_.on_congestion();
    threshold_ = std::max(window_ / 2, minimum_window(datagram_size_));
    window_ = threshold_;
    acked_bytes_ = 0;
  }

  byte_count datagram_size_;
  byte_count window_;
  byte_count threshold_ = ~byte_count{0};
  byte_count acked_bytes_ = 0;  // towards the next datagram of linear growth
  recovery_period recovery_;
  SlowStart slow_start_;
};

/// RFC 9002 to the letter.
using new_reno = basic_new_reno<plain_slow_start>;

/// The same with a slow start that ends before loss.
using new_reno_hystart = basic_new_reno<hystart>;

}  // namespace quoin
