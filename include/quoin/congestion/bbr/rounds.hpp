// SPDX-License-Identifier: BSL-1.0
/// \file
/// Round trips timed by packets (draft-ietf-ccwg-bbr 5.5.1).
#pragma once

#include <quoin/congestion/bbr/model.hpp>

namespace quoin::bbr_model {

/// A round ends when a packet is acknowledged that was sent after the round began.
inline void update_round(model& m, rate_sample const& sample) noexcept {
  m.round_start = sample.has_data && sample.prior_delivered >= m.next_round_delivered;
  if (!m.round_start) return;
  m.start_round();
  ++m.round_count;
  ++m.rounds_since_probe_up;
  m.window_limited_before = m.window_limited_in_round;
  m.window_limited_in_round = false;
}

}  // namespace quoin::bbr_model
