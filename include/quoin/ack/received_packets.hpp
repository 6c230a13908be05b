// SPDX-License-Identifier: BSL-1.0
/// \file
/// What one packet number space has received: which numbers, what an ACK frame must say of them, and by when.
#pragma once

#include <quoin/ack/requested_acks.hpp>
#include <quoin/base/interval_set.hpp>
#include <quoin/core/limits.hpp>

#include <algorithm>

namespace quoin {

/// The receiving half of acknowledgement (RFC 9000 13.2). It decides when an ACK is due and what is in it; packets and
/// frames are made elsewhere. State is bounded: at most `limits::ack_ranges` ranges, twice. `Requestable` says whether
/// the peer may ask for other rules than those of RFC 9000 (draft-ietf-quic-ack-frequency 6).
template <bool Requestable>
class basic_received_packets {
 public:
  /// The Initial and Handshake spaces acknowledge at once; the application space may wait (RFC 9000 13.2.1).
  explicit basic_received_packets(bool application_space) : application_space_(application_space) {}

  /// Whether the number was not received before. False as well for numbers so old that this can no longer be told: such
  /// a packet must be dropped (RFC 9000 12.3, 13.2.3).
  [[nodiscard]] bool is_new(packet_number number) const noexcept {
    if (number >= expected()) return true;
    return number >= floor_ && !seen_.contains(number);
  }

  /// A packet with a new number was authenticated and its frames were processed (RFC 9000 13.1).
  void on_received(packet_number number, instant now, bool ack_eliciting, ecn mark) {
    counts_.count(mark);
    bool const first_ce = mark == ecn::ce && !rules_.was_ce();
    rules_.note_mark(mark);
    remember(seen_, number);
    remember(ranges_, number);
    if (number >= expected()) {
      largest_ = number;
      largest_at_ = now;
    }
    ++unreported_;
    if (ack_eliciting) schedule(number, now, mark, first_ce);
  }

  /// The peer wants an ACK at once for what it sends now (draft-ietf-quic-ack-frequency 5).
  void hurry(instant now) noexcept requires Requestable { deadline_ = now; }

  /// The peer asked for other rules (draft-ietf-quic-ack-frequency 4).
  void adopt(ack_request const& asked) noexcept requires Requestable {
    set_ack_threshold(asked.threshold < ~std::uint32_t{0} ? static_cast<std::uint32_t>(asked.threshold) + 1
                                                          : ~std::uint32_t{0});
    set_max_ack_delay(asked.max_ack_delay);
    rules_.adopt(asked);
  }

  /// When an ACK must leave at the latest; `never` when none is owed.
  [[nodiscard]] instant deadline() const noexcept { return deadline_; }

  /// Whether an ACK must be sent now, in a packet of its own if there is no other.
  [[nodiscard]] bool ack_due(instant now) const noexcept { return deadline_ <= now; }

  /// Whether a packet that is sent anyway should carry an ACK: an ack-eliciting packet was not reported yet, or many
  /// others were not. It is no reason to send a packet (RFC 9000 13.2.1).
  [[nodiscard]] bool has_something_to_ack() const noexcept {
    return unreported_ack_eliciting_ > 0 || unreported_ >= report_others_after;
  }

  /// Whether an ack-eliciting packet has come since the last ACK. One that nothing asked for must not be all that a
  /// packet says (RFC 9000 13.2.1).
  [[nodiscard]] bool is_asked() const noexcept { return unreported_ack_eliciting_ > 0; }

  /// What an ACK frame lists; empty only while there is nothing to say.
  [[nodiscard]] interval_set const& ranges() const noexcept { return ranges_; }

  /// Marks of the packets received, for ACK frames of type 0x03 (RFC 9000 13.4.1).
  [[nodiscard]] ecn_counts const& counts() const noexcept { return counts_; }

  /// The largest number received, `no_packet` before the first.
  [[nodiscard]] packet_number largest() const noexcept { return largest_; }

  /// What packet numbers are decoded against: the largest received plus one (RFC 9000 17.1).
  [[nodiscard]] packet_number expected() const noexcept {
    static_assert(no_packet + 1 == 0);
    return largest_ + 1;
  }

  /// How long the packet with the largest number has waited for its ACK (RFC 9000 13.2.5).
  [[nodiscard]] duration delay_of_largest(instant now) const noexcept {
    return largest_ == no_packet || now < largest_at_ ? duration::zero() : now - largest_at_;
  }

  /// An ACK frame with `ranges()` was put into a packet.
  void on_ack_sent() noexcept {
    unreported_ = 0;
    unreported_ack_eliciting_ = 0;
    deadline_ = never;
    rules_.note_reported(largest_);
  }

  /// The peer received an ACK frame of ours whose Largest Acknowledged was `largest_in_that_ack`: what it said need not
  /// be said again (RFC 9000 13.2.4). The newest number stays, so that every ACK names it.
  void on_ack_acknowledged(packet_number largest_in_that_ack) {
    if (largest_ == no_packet) return;
    ranges_.erase({0, std::min(largest_in_that_ack + 1, largest_)});
  }

  /// How long an ACK may wait in the application space: what we promised in max_ack_delay (RFC 9000 18.2).
  void set_max_ack_delay(duration delay) noexcept { max_ack_delay_ = delay; }

  /// How many ack-eliciting packets make an ACK due at once; 2 is what RFC 9000 13.2.2 recommends.
  void set_ack_threshold(std::uint32_t packets) noexcept { ack_threshold_ = std::max(packets, std::uint32_t{1}); }

  /// The rules of another path of the same connection.
  void take_rules(basic_received_packets const& other) noexcept {
    max_ack_delay_ = other.max_ack_delay_;
    ack_threshold_ = other.ack_threshold_;
    rules_.take(other.rules_);
  }

 private:
  /// Packets that elicit no ACK and are not reported yet are mentioned once there are this many.
  static constexpr std::uint64_t report_others_after = 16;

  void remember(interval_set& set, packet_number number) {
    set.insert({number, number + 1});
    if (set.size() <= limits::ack_ranges) return;
    // A range may be forgotten only if its numbers are never accepted again (RFC 9000 13.2.3).
    floor_ = std::max(floor_, set.front().end);
    set.pop_front();
  }

  void schedule(packet_number number, instant now, ecn mark, bool first_ce) noexcept {
    ++unreported_ack_eliciting_;
    bool const at_once =
        !application_space_ || unreported_ack_eliciting_ >= ack_threshold_ || is_urgent(number, mark, first_ce);
    if (largest_ack_eliciting_ == no_packet || number > largest_ack_eliciting_) largest_ack_eliciting_ = number;
    deadline_ = std::min(deadline_, at_once ? now : saturating_add(now, max_ack_delay_));
  }

  /// Whether the packet itself is a reason to hurry: RFC 9000 13.2.1, or what the peer asked for instead.
  [[nodiscard]] bool is_urgent(packet_number number, ecn mark, bool first_ce) const noexcept {
    if constexpr (Requestable) {
      if (rules_.asked()) {
        // Many gaps make many ranges, and none must be forgotten before it was told once.
        if (ranges_.size() >= limits::ack_ranges / 2) return true;
        if (ack_threshold_ <= 2 ? mark == ecn::ce : first_ce) return true;
        if (!rules_.standard_order()) return rules_.is_outside_window(seen_, floor_, number, largest_ack_eliciting_);
        return is_out_of_order(number);
      }
    }
    return mark == ecn::ce || is_out_of_order(number);
  }

  /// Both cases of RFC 9000 13.2.1: behind another ack-eliciting packet, or ahead of one with a gap between.
  [[nodiscard]] bool is_out_of_order(packet_number number) const noexcept {
    if (largest_ack_eliciting_ == no_packet || number == largest_ack_eliciting_ + 1) return false;
    return number < largest_ack_eliciting_ || !seen_.covers({largest_ack_eliciting_ + 1, number});
  }

  interval_set seen_;    // for duplicates
  interval_set ranges_;  // for ACK frames: without what the peer knows that we know
  ecn_counts counts_;
  packet_number floor_ = 0;  // numbers below are too old to tell
  packet_number largest_ = no_packet;
  packet_number largest_ack_eliciting_ = no_packet;
  instant largest_at_{};
  instant deadline_ = never;
  duration max_ack_delay_ = std::chrono::milliseconds{25};
  std::uint64_t unreported_ = 0;
  std::uint64_t unreported_ack_eliciting_ = 0;
  std::uint32_t ack_threshold_ = 2;
  bool application_space_;
  [[no_unique_address]] std::conditional_t<Requestable, requested_acks, no_requested_acks> rules_;
};

/// By the rules of RFC 9000 alone.
using received_packets = basic_received_packets<false>;

}  // namespace quoin
