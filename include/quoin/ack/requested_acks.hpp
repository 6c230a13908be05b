// SPDX-License-Identifier: BSL-1.0
/// \file
/// When packets that arrive out of order or marked call for an ACK at once, after the peer has asked for other rules
/// than those of RFC 9000 (draft-ietf-quic-ack-frequency 6).
#pragma once

#include <quoin/base/interval_set.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>

namespace quoin {

/// What an ACK_FREQUENCY frame asks for.
struct ack_request {
  std::uint64_t threshold = 1;  ///< ack-eliciting packets that may wait; one more calls for an ACK
  duration max_ack_delay{};
  std::uint64_t reordering_threshold = 1;  ///< 0: order is no reason to hurry

  constexpr bool operator==(ack_request const&) const = default;
};

class requested_acks {
 public:
  void adopt(ack_request const& asked) noexcept {
    asked_ = true;
    reordering_threshold_ = asked.reordering_threshold;
  }

  /// The same as another path was asked for.
  void take(requested_acks const& other) noexcept {
    asked_ = other.asked_;
    reordering_threshold_ = other.reordering_threshold_;
  }

  [[nodiscard]] bool asked() const noexcept { return asked_; }
  /// Whether every packet out of order calls for an ACK, as in RFC 9000 13.2.1.
  [[nodiscard]] bool standard_order() const noexcept { return reordering_threshold_ == 1; }

  void note_mark(ecn mark) noexcept { was_ce_ = mark == ecn::ce; }
  /// Whether the packet before was marked too, so that this mark is no news (draft-ietf-quic-ack-frequency 6.4).
  [[nodiscard]] bool was_ce() const noexcept { return was_ce_; }

  /// An ACK frame was sent that named this largest number.
  void note_reported(packet_number largest) noexcept { largest_reported_ = largest; }

  /// Both cases of draft-ietf-quic-ack-frequency 6.2: a packet can be declared lost by now that could not be after our
  /// last ACK, or one arrived that was declared lost. `seen` are the numbers received, this one among them; those below
  /// `floor` are forgotten. `largest_before` is the largest ack-eliciting one before it.
  [[nodiscard]] bool is_outside_window(interval_set const& seen, packet_number floor, packet_number number,
                                       packet_number largest_before) const noexcept {
    if (reordering_threshold_ == 0) return false;
    auto const reported = largest_reported_ != no_packet && largest_reported_ >= reordering_threshold_;
    auto const largest_missing = reported ? largest_reported_ - reordering_threshold_ : 0;
    if (reported && number <= largest_missing) return true;
    auto const largest = largest_before == no_packet ? number : std::max(number, largest_before);
    auto const missing = first_missing(seen, std::max(floor, reported ? largest_missing + 1 : 0), largest);
    return missing < largest && largest - missing >= reordering_threshold_;
  }

 private:
  /// The smallest number from `from` to `until` that is not in the set; `until` when all are.
  static packet_number first_missing(interval_set const& seen, packet_number from, packet_number until) noexcept {
    if (from >= until || seen.covers({from, until})) return until;
    for (auto const& range : seen)
      if (range.begin <= from && from < range.end) return range.end;
    return from;
  }

  packet_number largest_reported_ = no_packet;
  std::uint64_t reordering_threshold_ = 1;
  bool asked_ = false;
  bool was_ce_ = false;
};

/// In the place of `requested_acks` where nothing can be asked for.
struct no_requested_acks {
  static constexpr bool was_ce() noexcept { return false; }
  static constexpr void take(no_requested_acks const&) noexcept {}
  static constexpr void note_mark(ecn) noexcept {}
  static constexpr void note_reported(packet_number) noexcept {}
};

}  // namespace quoin
