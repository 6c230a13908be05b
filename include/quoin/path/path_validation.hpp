// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether what we send on a path reaches the peer (RFC 9000 8.2).
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/path/path_responses.hpp>

#include <algorithm>

namespace quoin {

/// What a PATH_RESPONSE means to a validation.
enum class path_answer : std::uint8_t {
  unrelated,  ///< it answers none of our challenges here
  reached,    ///< the peer gets what we send, but that a full-sized datagram passes is not proven (RFC 9000 8.2.3)
  validated,  ///< a datagram of 1200 bytes got through
};

/// One attempt after another to have a challenge answered, until it is or patience ends. It says when a challenge is
/// due and learns what became of it; who sends it must fill it with unpredictable bytes (RFC 9000 8.2.1).
class path_validation {
 public:
  /// Challenges that an answer is accepted for. A newer one takes the place of the oldest.
  static constexpr std::size_t most_outstanding = 4;

  [[nodiscard]] bool under_way() const noexcept { return give_up_at_ != never; }

  /// A challenge is to be sent as soon as may be.
  [[nodiscard]] bool challenge_due() const noexcept { return due_; }

  /// Begins; an attempt that is under way is replaced. `interval` is the path's probe timeout (RFC 9000 9.4), doubled
  /// after each challenge; after `patience` the validation has failed (RFC 9000 8.2.4).
  void begin(instant now, duration interval, duration patience) noexcept {
    first_interval_ = interval_ = interval;
    patience_ = patience;
    give_up_at_ = saturating_add(now, patience);
    due_ = true;
    next_at_ = never;
    sent_.clear();
  }

  /// A datagram with this challenge has left; `full_sized` says that it had 1200 bytes.
  void on_sent(path_challenge_data const& data, bool full_sized, instant now) {
    if (sent_.full()) sent_.erase_at(0);
    sent_.push_back({data, now, full_sized});
    due_ = false;
    next_at_ = saturating_add(now, interval_);
    interval_ = saturating_multiply(interval_, 2);
  }

  /// A PATH_RESPONSE came, on whatever path (RFC 9000 8.2.3). Where only a small datagram has been answered, a
  /// full-sized challenge is due at once, and again at the probe timeout that the answer's round trip gives: only one
  /// or two fit into the patience at the timeout of a path that nobody had measured.
  path_answer on_response(path_challenge_data const& data, instant now) noexcept {
    auto const* const at = std::find_if(sent_.begin(), sent_.end(), [&](auto const& c) { return c.data == data; });
    if (at == sent_.end()) return path_answer::unrelated;
    if (at->full_sized) {
      stop();
      return path_answer::validated;
    }
    interval_ = std::min(first_interval_, probe_timeout_after(now - at->sent_at));
    sent_.erase_at(static_cast<std::size_t>(at - sent_.begin()));
    give_up_at_ = saturating_add(now, patience_);
    due_ = true;
    next_at_ = never;
    return path_answer::reached;
  }

  /// When `expire` must be called. A challenge that is due and may not be sent yet waits for no timer.
  [[nodiscard]] instant deadline() const noexcept { return std::min(next_at_, give_up_at_); }

  /// True once patience has ended: the path is not usable.
  bool expire(instant now) noexcept {
    if (now >= give_up_at_) {
      stop();
      return true;
    }
    if (now >= next_at_) {
      due_ = true;
      next_at_ = never;
    }
    return false;
  }

  /// Gives up without a verdict; answers still to come mean nothing.
  void stop() noexcept {
    due_ = false;
    next_at_ = give_up_at_ = never;
    sent_.clear();
  }

 private:
  struct challenge {
    path_challenge_data data{};
    instant sent_at{};
    bool full_sized = false;
  };

  static_vector<challenge, most_outstanding> sent_;
  // RFC 9002 5.3, 6.2.1: after a first sample, the sample and four times its half.
  static constexpr duration probe_timeout_after(duration round_trip) noexcept {
    return std::max(saturating_multiply(round_trip, 3), least_interval);
  }

  static constexpr duration least_interval = std::chrono::milliseconds{1};  // the timers' granularity

  duration first_interval_{};
  duration interval_{};
  duration patience_{};
  instant next_at_ = never;
  instant give_up_at_ = never;
  bool due_ = false;
};

}  // namespace quoin
