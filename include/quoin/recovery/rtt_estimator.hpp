// SPDX-License-Identifier: BSL-1.0
/// \file
/// How long a round trip takes (RFC 9002 5).
#pragma once

#include <quoin/policy/congestion.hpp>

#include <algorithm>

namespace quoin {

/// The resolution of timers that recovery reckons with (RFC 9002 6.1.2).
inline constexpr duration timer_granularity = std::chrono::milliseconds{1};

/// Keeps latest, least, smoothed RTT and its variation from samples of one path (RFC 9002 5.2, 5.3).
class rtt_estimator {
 public:
  explicit constexpr rtt_estimator(duration initial_rtt) noexcept {
    values_.smoothed = std::max(initial_rtt, duration{1});
    values_.variation = values_.smoothed / 2;
  }

  [[nodiscard]] constexpr rtt_values const& values() const noexcept { return values_; }
  [[nodiscard]] constexpr bool has_sample() const noexcept { return first_sample_at_ != never; }

  /// When the first sample was taken; `never` before.
  [[nodiscard]] constexpr instant first_sample_at() const noexcept { return first_sample_at_; }

  /// Takes a sample. `ack_delay` is what the peer said, already limited as its space and the handshake demand. A round
  /// trip of no time at all is counted as one nanosecond, so that nothing divides by zero.
  constexpr void update(duration sample, duration ack_delay, instant now) noexcept {
    values_.latest = std::max(sample, duration{1});
    if (!has_sample()) {
      first_sample_at_ = now;
      values_.min = values_.latest;
      values_.smoothed = values_.latest;
      values_.variation = values_.latest / 2;
      return;
    }
    // Our own clock alone decides the minimum; what the peer says of its delay does not enter (RFC 9002 5.2).
    values_.min = std::min(values_.min, values_.latest);
    auto const adjusted = without_delay(ack_delay);
    auto const deviation = values_.smoothed > adjusted ? values_.smoothed - adjusted : adjusted - values_.smoothed;
    values_.variation = values_.variation - values_.variation / 4 + deviation / 4;
    values_.smoothed = std::max(values_.smoothed - values_.smoothed / 8 + adjusted / 8, duration{1});
  }

  /// After persistent congestion the minimum is the newest sample (RFC 9002 5.2).
  constexpr void restart_minimum() noexcept {
    if (has_sample()) values_.min = values_.latest;
  }

  /// smoothed_rtt + max(4 * rttvar, granularity): the probe timeout without the peer's delay (RFC 9002 6.2.1).
  [[nodiscard]] constexpr duration probe_base() const noexcept {
    return values_.smoothed + std::max(4 * values_.variation, timer_granularity);
  }

 private:
  /// The sample less the peer's delay, unless that would go below the minimum (RFC 9002 5.3).
  [[nodiscard]] constexpr duration without_delay(duration ack_delay) const noexcept {
    auto const plausible = ack_delay <= values_.latest - values_.min;
    return plausible ? values_.latest - ack_delay : values_.latest;
  }

  rtt_values values_;
  instant first_sample_at_ = never;
};

}  // namespace quoin
