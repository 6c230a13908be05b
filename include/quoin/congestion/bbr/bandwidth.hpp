// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bandwidth of the path, and whether it is used up (draft-ietf-ccwg-bbr 5.5.2 to 5.5.5, 5.3.1.2).
#pragma once

#include <quoin/congestion/bbr/model.hpp>

namespace quoin::bbr_model {

/// A sample limited by the application counts only when it is above what is known.
inline void update_max_bandwidth(model& m, rate_sample const& sample) noexcept {
  if (sample.delivery_rate <= 0) return;
  if (sample.delivery_rate >= m.max_bandwidth.largest() || !sample.application_limited)
    m.max_bandwidth.add(sample.delivery_rate);
}

inline void bound_bandwidth(model& m) noexcept {
  m.bandwidth = std::min(m.max_bandwidth.largest(), m.bandwidth_shortterm);
}

inline void reset_full_bandwidth(model& m, rate baseline = 0) noexcept {
  m.full_bandwidth = baseline;
  m.full_bandwidth_count = 0;
  m.full_bandwidth_now = false;
}

/// The pipe is full when the delivery rate has not grown by a quarter in three rounds that wanted it to.
inline void check_full_bandwidth(model& m, rate_sample const& sample) noexcept {
  if (m.full_bandwidth_now || !m.round_start || sample.application_limited) return;
  if (sample.delivery_rate >= m.full_bandwidth * full_pipe_growth) {
    reset_full_bandwidth(m, sample.delivery_rate);
    return;
  }
  m.full_bandwidth_now = ++m.full_bandwidth_count >= full_pipe_rounds;
  m.full_bandwidth_reached = m.full_bandwidth_reached || m.full_bandwidth_now;
}

}  // namespace quoin::bbr_model
