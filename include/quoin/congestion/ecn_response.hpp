// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a window does when the peer reports marks: parts for `loss_based`.
#pragma once

#include <quoin/congestion/classic_queue_watch.hpp>
#include <quoin/congestion/window.hpp>

#include <algorithm>
#include <utility>

namespace quoin::ecn_response {

/// A mark is as good as a loss (RFC 3168 6.1.2, RFC 9002 7.1).
struct classic {
  static constexpr feature_set<congestion_feature> features{};
};

/// Packets are sent with ECT(1), and the window shrinks once a round trip by half the share of them that was marked, as
/// a scalable controller must (RFC 9331 4.3; the EWMA is that of RFC 8257 3.3). Growth goes on meanwhile. Flows that
/// share a queue get the same rate whatever their round trips, if those are short: who has a shorter one than
/// `common_round_trip` takes the share over that time and reacts once in it, and its rate grows as that of somebody who
/// has it. A rate is a window over a round trip, and a window grows once a round trip, so growth goes by the square of
/// the quotient of the two. Marks of a queue that seems to be a classic one count as losses do.
class l4s {
 public:
  static constexpr feature_set<congestion_feature> features =
      feature_set<congestion_feature>{congestion_feature::l4s_marks} | congestion_feature::send_quantum;
  static constexpr double gain = 1.0 / 16;
  static constexpr duration burst = std::chrono::microseconds{250};
  /// What shorter round trips are taken for; of the order of those that are usual on the Internet.
  static constexpr duration common_round_trip = std::chrono::milliseconds{25};

  /// The share of marked packets, smoothed; 1 before anything is known, so that the first mark halves the window.
  [[nodiscard]] double marked_share() const noexcept { return share_; }

  /// Whether marks are to be answered like losses, as the queue does not seem to know of L4S (RFC 9331 4.3).
  [[nodiscard]] bool suspects_classic_queue() const noexcept { return watch_.suspects(); }

  /// Bursts fill the queue that is to be kept short, so they are small: what 250 us of the path's rate are.
  [[nodiscard]] byte_count send_quantum(byte_count window, byte_count datagram_size) const noexcept {
    auto const part = static_cast<double>(burst.count()) / static_cast<double>(round_trip_.count());
    auto const bytes = static_cast<double>(window) * std::min(part, 1.0);
    return std::clamp(static_cast<byte_count>(bytes), datagram_size, byte_count{64 * 1024});
  }

  /// Marks count for the share even when the window does not shrink.
  void count(congestion_marked const& marked) noexcept {
    marked_ += marked.newly_marked;
    marked_now_ += marked.newly_marked;
  }

  /// Whether packets that were sent then belong to the flight after whose marks the window last shrank.
  [[nodiscard]] bool has_answered(congestion_marked const& marked) const noexcept {
    return reaction_.covers(marked.largest_sent_at);
  }

  /// What the window is to be multiplied with; 1 for marks on packets that were sent before it last shrank: a reaction
  /// shows after a round trip, and not when the round over which the share is taken happens to end (RFC 8257 3.3).
  [[nodiscard]] double factor(congestion_marked const& marked) noexcept {
    if (has_answered(marked) || marked.now < next_reaction_) return 1;
    reaction_.begin(marked.now);
    next_reaction_ = marked.now + common_round_trip;
    return 1 - share_ / 2;
  }

  /// Ends the round trip when it is over. Gives the ACK without what was marked, which must not make the window grow.
  [[nodiscard]] congestion_acked unmarked_part(congestion_acked const& acked, duration datagram_time) noexcept {
    round_trip_ = std::max(acked.rtt.smoothed, duration{1});
    packets_ += acked.packets;
    if (acked.largest >= round_end_ && acked.now >= round_end_at_) end_round(acked, datagram_time);
    auto part = acked;
    auto const marked = std::min(std::exchange(marked_now_, 0), acked.packets);
    if (marked > 0) part.bytes -= acked.bytes / acked.packets * marked;
    return part;
  }

  /// What of an ACK counts in congestion avoidance, see above. Where nothing is marked, or a queue takes us for a
  /// classic controller, we grow as one.
  [[nodiscard]] congestion_acked in_avoidance(congestion_acked const& acked) const noexcept {
    constexpr double least = 1.0 / 1000;  // so that something is left of an ACK
    auto part = acked;
    if (!known_ || watch_.suspects() || acked.rtt.smoothed >= common_round_trip) return part;
    auto const quotient = static_cast<double>(round_trip_.count()) / static_cast<double>(common_round_trip.count());
    part.bytes = static_cast<byte_count>(static_cast<double>(acked.bytes) * std::max(quotient * quotient, least));
    return part;
  }

 private:
  void end_round(congestion_acked const& acked, duration datagram_time) noexcept {
    if (marked_ > 0) watch_.on_marked_round(acked.rtt, datagram_time);
    // Counts may come late, so that more is marked than arrived.
    if (packets_ > 0) {
      auto const share = std::min(static_cast<double>(marked_) / static_cast<double>(packets_), 1.0);
      if (known_ || marked_ > 0) share_ += gain * (share - share_);
      known_ = known_ || marked_ > 0;
    }
    packets_ = marked_ = 0;
    round_end_ = acked.next_to_send;
    round_end_at_ = acked.now + common_round_trip;
  }

  double share_ = 1;
  duration round_trip_ = std::chrono::milliseconds{333};
  std::uint64_t packets_ = 0;
  std::uint64_t marked_ = 0;
  std::uint64_t marked_now_ = 0;  // of the ACK at hand
  packet_number round_end_ = 0;
  instant round_end_at_ = instant::min();
  instant next_reaction_ = instant::min();
  recovery_period reaction_;
  classic_queue_watch watch_;
  bool known_ = false;  // something has been marked
};

}  // namespace quoin::ecn_response
