// SPDX-License-Identifier: BSL-1.0
/// \file
/// The function of time that CUBIC's window follows (RFC 9438 4.2).
#pragma once

#include <quoin/core/time.hpp>

#include <algorithm>
#include <cmath>

namespace quoin::avoidance {

/// W_cubic(t) = C (t - K)^3 + W_max, in bytes, with the constants of RFC 9438 4.6 and 5.1.
class cubic_curve {
 public:
  static constexpr double beta = 0.7;
  static constexpr double c = 0.4;  // datagrams a second cubed
  /// Datagrams a round trip with which a Reno that backs off to `beta` would be as fast as Reno (RFC 9438 4.3).
  static constexpr double reno_friendly_increase = 3 * (1 - beta) / (1 + beta);

  [[nodiscard]] bool begun() const noexcept { return begun_; }
  [[nodiscard]] double maximum() const noexcept { return maximum_; }
  /// Seconds from the beginning to the plateau (K).
  [[nodiscard]] double rise() const noexcept { return rise_; }

  /// Congestion avoidance begins with this window.
  void begin(instant now, double window, double datagram) noexcept {
    begun_ = true;
    begun_at_ = now;
    maximum_ = std::max(maximum_, window);  // with nothing to return to, the curve begins at its plateau
    rise_ = std::cbrt((maximum_ - window) / datagram / c);
  }

  /// Congestion at this window. When it comes sooner than the last time, others want room: fast convergence leaves
  /// them some (RFC 9438 4.7).
  void end(double window) noexcept {
    begun_ = false;
    maximum_ = window < maximum_ ? window * (1 + beta) / 2 : window;
  }

  void forget_maximum() noexcept {
    begun_ = false;
    maximum_ = 0;
  }

  /// Takes a time without growth out of the reckoning (RFC 9438 4.2).
  void shift(duration paused) noexcept { begun_at_ += std::max(paused, duration::zero()); }

  [[nodiscard]] double at(instant now, double datagram) const noexcept {
    auto const t = std::clamp(static_cast<double>((now - begun_at_).count()) / 1e9, 0.0, 1e5) - rise_;
    return c * t * t * t * datagram + maximum_;
  }

 private:
  double maximum_ = 0;  // W_max
  double rise_ = 0;
  instant begun_at_{};
  bool begun_ = false;
};

}  // namespace quoin::avoidance
