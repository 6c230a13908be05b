// SPDX-License-Identifier: BSL-1.0
/// \file
/// Ways in which a link loses datagrams by chance.
#pragma once

#include <quoin/sim/random.hpp>

namespace quoin::sim {

/// The two-state model of Gilbert and Elliott: a link is in a good or a bad state, each with a loss probability of its
/// own, and may change state with every datagram. Losses come in bursts of `1 / leave_bad` datagrams on average.
struct gilbert_elliott {
  double enter_bad = 0;  ///< probability per datagram to go from good to bad; 0 switches the model off
  double leave_bad = 1;  ///< probability per datagram to go from bad to good
  double loss_in_good = 0;
  double loss_in_bad = 1;
};

/// Random loss; the three kinds add up.
struct loss_settings {
  double probability = 0;        ///< each datagram by itself
  double burst_probability = 0;  ///< each datagram may begin a burst of `burst_length` losses
  std::uint32_t burst_length = 0;
  gilbert_elliott two_state{};
};

/// Decides for one datagram after the other.
class loss_model {
 public:
  explicit loss_model(std::uint64_t seed) noexcept : single_(seed, 1), burst_(seed, 2), two_state_(seed, 3) {}

  /// Whether the next datagram is lost. Every kind draws from a generator of its own each time, so that changing one
  /// setting leaves what the others do as it was.
  bool loses(loss_settings const& settings) noexcept {
    bool const single = single_.chance(settings.probability);
    bool const burst = in_burst(settings);
    bool const state = in_bad_state(settings.two_state);
    return single || burst || state;
  }

 private:
  bool in_burst(loss_settings const& settings) noexcept {
    bool const begins = burst_.chance(settings.burst_probability);
    if (burst_left_ == 0 && begins) burst_left_ = settings.burst_length;
    if (burst_left_ == 0) return false;
    --burst_left_;
    return true;
  }

  bool in_bad_state(gilbert_elliott const& model) noexcept {
    bool const changes = two_state_.chance(bad_ ? model.leave_bad : model.enter_bad);
    if (changes) bad_ = !bad_;
    return two_state_.chance(bad_ ? model.loss_in_bad : model.loss_in_good);
  }

  random single_;
  random burst_;
  random two_state_;
  std::uint32_t burst_left_ = 0;
  bool bad_ = false;
};

}  // namespace quoin::sim
