// SPDX-License-Identifier: BSL-1.0
/// \file
/// How fast a window grows in slow start, and when that ends without loss. Parts for `loss_based`, which asks
/// `growth()` of each ACK and `finished()` after it.
#pragma once

#include <quoin/policy/congestion.hpp>

#include <algorithm>

namespace quoin::slow_start {

/// Grows by what was acknowledged until something is lost (RFC 9002 7.3.1).
class standard {
 public:
  [[nodiscard]] byte_count growth(congestion_acked const& acked) noexcept { return acked.bytes; }
  [[nodiscard]] bool finished() const noexcept { return false; }
  void on_congestion() noexcept {}
};

/// HyStart++ (RFC 9406): leaves slow start when round trips get longer, after some cautious rounds that tell whether
/// they really did. Meant for the first slow start of a connection; later ones are plain (RFC 9406 4.3). Sends are
/// paced, so one ACK may grow the window by all that it acknowledged.
class hystart_pp {
 public:
  static constexpr duration least_threshold = std::chrono::milliseconds{4};
  static constexpr duration greatest_threshold = std::chrono::milliseconds{16};
  static constexpr int threshold_divisor = 8;
  static constexpr unsigned samples_needed = 8;
  static constexpr byte_count cautious_divisor = 4;
  static constexpr unsigned cautious_rounds = 5;

  enum class phase : std::uint8_t { slow_start, cautious, finished, plain };

  /// By how many bytes the window grows for this ACK.
  [[nodiscard]] byte_count growth(congestion_acked const& acked) noexcept {
    if (phase_ == phase::plain) return acked.bytes;
    auto const bytes = phase_ == phase::cautious ? acked.bytes / cautious_divisor : acked.bytes;
    if (acked.rtt_updated) take_sample(acked.rtt.latest);
    if (acked.largest + 1 >= round_end_) end_round(acked.next_to_send);
    return bytes;
  }

  /// Whether slow start is over because the round trip stayed longer.
  [[nodiscard]] bool finished() const noexcept { return phase_ == phase::finished; }
  [[nodiscard]] phase current() const noexcept { return phase_; }

  /// Loss or a mark ended slow start; the next one has a threshold and needs no heuristics.
  void on_congestion() noexcept { phase_ = phase::plain; }

 private:
  static constexpr duration unknown = duration::max();

  void take_sample(duration rtt) noexcept {
    round_min_ = std::min(round_min_, rtt);
    ++samples_;
    if (samples_ < samples_needed) return;
    if (phase_ == phase::slow_start && has_risen()) {
      cautious_min_ = round_min_;
      cautious_rounds_ = 0;
      phase_ = phase::cautious;
    } else if (phase_ == phase::cautious && round_min_ < cautious_min_) {
      phase_ = phase::slow_start;  // the rise was noise
    }
  }

  [[nodiscard]] bool has_risen() const noexcept {
    if (last_round_min_ == unknown) return false;
    auto const threshold = std::clamp(last_round_min_ / threshold_divisor, least_threshold, greatest_threshold);
    return round_min_ >= last_round_min_ + threshold;
  }

  void end_round(packet_number next_to_send) noexcept {
    // The round in which caution began counts, however short (RFC 9406 4.2).
    if (phase_ == phase::cautious && ++cautious_rounds_ >= cautious_rounds) phase_ = phase::finished;
    round_end_ = next_to_send;
    last_round_min_ = round_min_;
    round_min_ = unknown;
    samples_ = 0;
  }

  packet_number round_end_ = 0;
  duration last_round_min_ = unknown;
  duration round_min_ = unknown;
  duration cautious_min_ = unknown;
  unsigned samples_ = 0;
  unsigned cautious_rounds_ = 0;
  phase phase_ = phase::slow_start;
};

}  // namespace quoin::slow_start
