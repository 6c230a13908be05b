// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a path and its peer treat ECN marks as they should (RFC 9000 13.4.2, A.4).
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace quoin {

enum class ecn_state : std::uint8_t { testing, unknown, capable, failed };

/// Marks the first packets of a path ECT(0), or ECT(1) for a sender of RFC 9331, and more once what the peer reports
/// makes sense.
class ecn_validation {
 public:
  explicit constexpr ecn_validation(ecn codepoint = ecn::ect0) noexcept : codepoint_(codepoint) {}

  /// Probe timeouts in a row after which marks are left off: the path may have begun to drop what is marked (RFC 9000
  /// 13.4.2, A.4).
  static constexpr std::uint32_t patient_timeouts = 3;
  /// Marked packets that only acknowledge, and how long they go without news of any of them, before one asks for an
  /// answer. Nobody else would notice that a path has begun to drop them.
  static constexpr std::size_t patient_acknowledgements = 2;
  static constexpr duration patience = std::chrono::seconds{1};
  /// Marked packets that are sent before something is known: ten (RFC 9000 13.4.2), but of ECT(1) more, for a queue of
  /// RFC 9331 that somebody else keeps full marks every one of the first ten without being at fault.
  [[nodiscard]] constexpr std::uint64_t test_packets() const noexcept { return codepoint_ == ecn::ect1 ? 50 : 10; }

  [[nodiscard]] ecn_state state() const noexcept { return state_; }
  /// `answered` says that the packet will be acknowledged, and matters only where marks are `doubted`.
  [[nodiscard]] ecn mark_for_next(bool answered = true) const noexcept {
    bool const wanted = state_ == ecn_state::testing || state_ == ecn_state::capable;
    return wanted && !paused_ && (answered || !doubted_) ? codepoint_ : ecn::not_ect;
  }
  /// Marks were once followed by silence, and none has come through since. What only acknowledges teaches nothing about
  /// them, and would be lost with them.
  [[nodiscard]] bool doubted() const noexcept { return doubted_; }

  /// Another path is used from now on: what the peer has counted so far says nothing about it. One on which the marks
  /// were found not to survive is not marked again (RFC 9000 13.4.2).
  void restart(bool failed_before = false) noexcept {
    for (auto& space : spaces_) space.baseline = unmarked(space.counts);
    sent_ = acked_ = lost_ = 0;
    paused_ = resumed_ = doubted_ = false;
    state_ = failed_before ? ecn_state::failed : ecn_state::testing;
  }

  /// So many probe timeouts have passed without an answer.
  void on_probe_timeouts(std::uint32_t count) noexcept {
    if (count >= patient_timeouts) paused_ = true;
  }

  /// An answer came. If marks were left off for it, they are tested once more.
  void on_answered() noexcept {
    resumed_ = resumed_ || paused_;
    doubted_ = doubted_ || paused_;
    paused_ = false;
  }

  void on_sent(packet_space space, ecn mark) noexcept {
    if (mark == ecn::not_ect) return;
    if (std::exchange(resumed_, false)) test_again();
    ++spaces_[index_of(space)].sent;
    ++sent_;
    if (state_ == ecn_state::testing && sent_ >= test_packets()) state_ = ecn_state::unknown;
  }

  /// An ACK frame newly acknowledged `marked` packets sent with ECT, and `elsewhere` of them that were sent on other
  /// paths than the present one. `reported` is null when it had no counts. Returns by how much the CE count rose, 0
  /// when the counts cannot be trusted.
  std::uint64_t on_ack(packet_space space, ecn_counts const* reported, std::uint64_t marked, std::uint64_t elsewhere,
                       bool largest_rose) noexcept {
    acked_ += marked;
    // Reordered ACK frames prove nothing (RFC 9000 13.4.2.1).
    if (state_ == ecn_state::failed || !largest_rose) return 0;
    auto& known = spaces_[index_of(space)];
    if (reported == nullptr) {
      if (marked > 0) state_ = ecn_state::failed;
      return 0;
    }
    if (!is_plausible(known, *reported, marked + elsewhere)) {
      state_ = ecn_state::failed;
      return 0;
    }
    auto const newly_marked = reported->ce - known.counts.ce;
    known.baseline += std::min(elsewhere, unmarked(*reported) - unmarked(known.counts));
    known.counts = *reported;
    conclude(marked);
    return marked > 0 || elsewhere == 0 ? newly_marked : 0;
  }

  /// `marked` packets sent with ECT were declared lost; when that happened to all, the marks are to blame.
  void on_lost(std::uint64_t marked) noexcept {
    lost_ += marked;
    if (state_ == ecn_state::unknown && acked_ == 0 && lost_ >= sent_) state_ = ecn_state::failed;
  }

 private:
  /// What was sent before the silence says nothing any more, unless nothing marked ever arrived.
  void test_again() noexcept {
    if (acked_ > 0) sent_ = acked_ = lost_ = 0;
    if (state_ == ecn_state::capable) state_ = ecn_state::testing;
  }

  struct space_counts {
    ecn_counts counts;           // last reported
    std::uint64_t baseline = 0;  // reported as sent before the present path was used
    std::uint64_t sent = 0;      // with our codepoint
  };

  /// Packets that arrived with the mark that they were sent with.
  [[nodiscard]] std::uint64_t unmarked(ecn_counts const& counts) const noexcept {
    return codepoint_ == ecn::ect1 ? counts.ect1 : counts.ect0;
  }
  /// Packets that arrived with the mark that we never use.
  [[nodiscard]] std::uint64_t foreign(ecn_counts const& counts) const noexcept {
    return codepoint_ == ecn::ect1 ? counts.ect0 : counts.ect1;
  }

  /// The checks of RFC 9000 13.4.2.1 for a sender that uses one codepoint only. Counts never fall, and no mark appears
  /// that was not applied.
  [[nodiscard]] bool is_plausible(space_counts const& known, ecn_counts const& reported,
                                  std::uint64_t marked) const noexcept {
    auto const intact = unmarked(reported);
    if (intact < unmarked(known.counts) || reported.ce < known.counts.ce) return false;
    if (foreign(reported) != 0 || intact > known.sent || reported.ce > known.sent - intact) return false;
    auto const risen_intact = intact - unmarked(known.counts);
    auto const risen_ce = reported.ce - known.counts.ce;
    return risen_ce >= marked || risen_intact >= marked - risen_ce;
  }

  void conclude(std::uint64_t marked) noexcept {
    if (state_ == ecn_state::capable || marked == 0) return;
    bool intact = false;
    for (auto const& space : spaces_) intact = intact || unmarked(space.counts) > space.baseline;
    if (intact) {
      state_ = ecn_state::capable;
      doubted_ = false;
    } else if (state_ == ecn_state::unknown && acked_ >= test_packets()) {
      state_ = ecn_state::failed;  // all came back as CE: something marks without looking
    }
  }

  std::array<space_counts, packet_space_count> spaces_{};
  std::uint64_t sent_ = 0;
  std::uint64_t acked_ = 0;
  std::uint64_t lost_ = 0;
  ecn_state state_ = ecn_state::testing;
  bool paused_ = false;   ///< nobody answers, and the marks may be why
  bool resumed_ = false;  ///< somebody has, since
  bool doubted_ = false;  ///< marks have been left off, and none has arrived since
  ecn codepoint_;
};

}  // namespace quoin
