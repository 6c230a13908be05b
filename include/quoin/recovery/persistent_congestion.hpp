// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether everything sent over a long time was lost (RFC 9002 7.6).
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>
#include <array>

namespace quoin {

/// Periods in which acknowledged packets were sent, the newest few, so that losses of one space can be compared with
/// what the others delivered. In its own space a loss run is checked packet by packet instead.
class delivered_periods {
 public:
  void add(packet_space space, instant from, instant to) noexcept {
    periods_[next_] = {from, to, space};
    next_ = (next_ + 1) % periods_.size();
    count_ = std::min(count_ + 1, periods_.size());
  }

  /// Whether a space other than `space` delivered something sent between the two instants.
  [[nodiscard]] bool other_between(packet_space space, instant from, instant to) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      auto const& known = periods_[i];
      if (known.space != space && known.from < to && known.to > from) return true;
    }
    return false;
  }

 private:
  struct period {
    instant from{};
    instant to{};
    packet_space space = packet_space::initial;
  };
  std::array<period, 16> periods_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

/// Follows lost packets in the order in which they were sent and knows the longest stretch without a delivery.
class loss_run {
 public:
  /// Only losses of packets sent after the first RTT sample count (RFC 9002 7.6.2).
  loss_run(packet_space space, delivered_periods const& delivered, instant first_rtt_sample) noexcept
      : delivered_(&delivered), first_rtt_sample_(first_rtt_sample), space_(space) {}

  /// The next packet in order was acknowledged.
  void delivered() noexcept { begun_ = false; }

  /// The next packet in order is lost; `ack_eliciting` packets delimit a stretch.
  void lost(instant sent_at, bool ack_eliciting) noexcept {
    if (!ack_eliciting || sent_at <= first_rtt_sample_) return;
    if (!begun_ || delivered_->other_between(space_, last_, sent_at)) begin_ = sent_at;
    begun_ = true;
    last_ = sent_at;
    longest_ = std::max(longest_, last_ - begin_);
  }

  [[nodiscard]] duration longest() const noexcept { return longest_; }

 private:
  delivered_periods const* delivered_;
  instant first_rtt_sample_;
  instant begin_{};
  instant last_{};
  duration longest_{};
  packet_space space_;
  bool begun_ = false;
};

/// How long such a stretch must be, from the probe timeout with the peer's delay (RFC 9002 7.6.1).
constexpr duration persistent_congestion_duration(duration pto_with_delay) noexcept {
  return saturating_multiply(pto_with_delay, 3);
}

}  // namespace quoin
