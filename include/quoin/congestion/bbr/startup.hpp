// SPDX-License-Identifier: BSL-1.0
/// \file
/// The first search for the bandwidth, and the emptying of the queue that it leaves (draft-ietf-ccwg-bbr 5.3.1, 5.3.2).
#pragma once

#include <quoin/congestion/bbr/probe_bw.hpp>

namespace quoin::bbr_model {

inline void enter_drain(model& m) noexcept {
  m.phase = phase::drain;
  m.drain_start_round = m.round_count;
}

/// A whole round of recovery with much loss in many places says that the pipe is full, whatever the rates say.
inline void check_startup_loss(model& m, rate_sample const& sample) noexcept {
  if (!m.loss_round_start) return;
  bool const much = m.losses_in_round >= startup_full_losses && is_inflight_too_high(sample);
  m.losses_in_round = 0;
  if (m.phase != phase::startup || m.full_bandwidth_reached || !much) return;
  m.undo_phase = phase::startup;
  m.full_bandwidth_reached = m.full_bandwidth_now = true;
  m.inflight_longterm = std::max(bdp_multiple(m, m.max_bandwidth.largest(), 1), m.inflight_latest);
}

inline void check_startup_done(model& m, rate_sample const& sample) noexcept {
  check_startup_loss(m, sample);
  if (m.phase == phase::startup && m.full_bandwidth_reached) enter_drain(m);
}

inline void check_drain_done(model& m, instant now) noexcept {
  if (m.phase != phase::drain) return;
  if (m.in_flight <= inflight(m, m.bandwidth, 1) || m.round_count > m.drain_start_round + drain_rounds)
    start_probe_bw_down(m, now);
}

}  // namespace quoin::bbr_model
