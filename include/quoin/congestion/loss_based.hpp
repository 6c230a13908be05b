// SPDX-License-Identifier: BSL-1.0
/// \file
/// Controllers that grow a window until the network complains (RFC 9002 7), put together from independent parts.
#pragma once

#include <quoin/congestion/ecn_response.hpp>
#include <quoin/congestion/slow_start.hpp>
#include <quoin/congestion/window.hpp>

#include <limits>

namespace quoin {

/// `SlowStart` is one of `slow_start::`, `Avoidance` of `avoidance::`, `EcnResponse` of `ecn_response::`; any of them
/// goes with any other. The phases between them are those of RFC 9002 7.3: slow start below a threshold, a recovery
/// period of one round trip after congestion in which nothing grows, congestion avoidance above.
template <class SlowStart, class Avoidance, class EcnResponse>
class loss_based {
 public:
  static constexpr feature_set<congestion_feature> features = EcnResponse::features;

  explicit loss_based(congestion_path const& path) noexcept
      : datagram_size_(path.max_datagram_size), window_(as_window(initial_window(path.max_datagram_size))) {}

  [[nodiscard]] byte_count window() const noexcept { return static_cast<byte_count>(window_); }
  [[nodiscard]] byte_count send_quantum() const noexcept requires(features.has(congestion_feature::send_quantum)) {
    return response_.send_quantum(window(), datagram_size_);
  }
  [[nodiscard]] bool in_slow_start() const noexcept { return window_ < threshold_; }
  /// Where slow start ends; the largest number while that is unknown.
  [[nodiscard]] byte_count slow_start_threshold() const noexcept {
    return threshold_ == unknown_threshold ? ~byte_count{0} : static_cast<byte_count>(threshold_);
  }
  [[nodiscard]] SlowStart const& slow_start_part() const noexcept { return slow_start_; }
  [[nodiscard]] EcnResponse const& ecn_part() const noexcept { return response_; }

  void on_sent(congestion_sent const& sent) noexcept { avoidance_.note_sent(sent); }

  void on_acked(congestion_acked const& acked) noexcept {
    avoidance_.note_acked(acked);
    if constexpr (is_scalable)
      grow(response_.unmarked_part(acked, datagram_time(acked)));
    else
      grow(acked);
  }

  void on_lost(congestion_lost const& lost) noexcept {
    on_congestion(lost.now, lost.largest_sent_at);
    if (!lost.persistent_congestion) return;
    window_ = as_window(minimum_window(datagram_size_));  // RFC 9002 7.6.2
    avoidance_.on_persistent_congestion();
    recovery_.clear();
  }

  void on_marked(congestion_marked const& marked) noexcept {
    if constexpr (is_scalable) {
      response_.count(marked);
      // A loss in the same flight was answered by more.
      if (recovery_.covers(marked.largest_sent_at)) return;
      if (response_.suspects_classic_queue()) {
        // What we took for an L4S queue until now may have been answered in this flight.
        if (!response_.has_answered(marked)) on_congestion(marked.now, marked.largest_sent_at);
        return;
      }
      if (auto const factor = response_.factor(marked); factor < 1) {
        avoidance_.on_marks(window_, factor);
        reduce(factor);
      }
    } else {
      on_congestion(marked.now, marked.largest_sent_at);
    }
  }

  void on_discarded(byte_count) noexcept {}

  void on_datagram_size(byte_count size) noexcept {
    // A window that nothing has happened to yet is computed anew (RFC 9002 7.2).
    bool const untouched = window() == initial_window(datagram_size_);
    datagram_size_ = size;
    window_ = untouched ? as_window(initial_window(size)) : std::max(window_, as_window(minimum_window(size)));
  }

 private:
  using window_type = typename Avoidance::window_type;
  static constexpr bool is_scalable = features.has(congestion_feature::l4s_marks);
  static constexpr window_type unknown_threshold = std::numeric_limits<window_type>::max();

  static constexpr window_type as_window(byte_count bytes) noexcept { return static_cast<window_type>(bytes); }
  void set_window(window_type bytes) noexcept { window_ = std::min(bytes, as_window(largest_window)); }

  void grow(congestion_acked const& acked) noexcept {
    if (recovery_.covers(acked.largest_sent_at)) return;
    // A window that was not used was not tested either (RFC 9002 7.8).
    if (acked.application_limited) return avoidance_.pause();
    if (in_slow_start()) return grow_exponentially(acked);
    if constexpr (is_scalable)
      set_window(avoidance_.grown(window_, response_.in_avoidance(acked), datagram_size_));
    else
      set_window(avoidance_.grown(window_, acked, datagram_size_));
  }

  void grow_exponentially(congestion_acked const& acked) noexcept {
    set_window(window_ + as_window(slow_start_.growth(acked)));
    if (!slow_start_.finished()) return;
    slow_start_.on_congestion();
    threshold_ = window_;
    avoidance_.on_slow_start_end(window_);
  }

  /// What the bottleneck needs for a datagram, if it is full.
  [[nodiscard]] duration datagram_time(congestion_acked const& acked) const noexcept {
    auto const part = static_cast<double>(datagram_size_) / static_cast<double>(window_);
    return duration{static_cast<duration::rep>(static_cast<double>(acked.rtt.smoothed.count()) * part)};
  }

  /// One reaction for each round trip (RFC 9002 7.3.2).
  void on_congestion(instant now, instant sent_at) noexcept {
    if (recovery_.covers(sent_at)) return;
    recovery_.begin(now);
    avoidance_.on_congestion(window_);
    reduce(Avoidance::beta);
  }

  void reduce(double factor) noexcept {
    slow_start_.on_congestion();
    auto const reduced = static_cast<window_type>(static_cast<double>(window_) * factor);
    window_ = threshold_ = std::max(reduced, as_window(minimum_window(datagram_size_)));
  }

  byte_count datagram_size_;
  window_type window_;
  window_type threshold_ = unknown_threshold;
  recovery_period recovery_;
  [[no_unique_address]] Avoidance avoidance_;
  [[no_unique_address]] SlowStart slow_start_;
  [[no_unique_address]] EcnResponse response_;
};

}  // namespace quoin
