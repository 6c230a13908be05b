// SPDX-License-Identifier: BSL-1.0
/// \file
/// Going on after silence (draft-ietf-ccwg-bbr 5.4): at the known bandwidth, without a new search.
#pragma once

#include <quoin/congestion/bbr/control.hpp>
#include <quoin/congestion/bbr/probe_rtt.hpp>

namespace quoin::bbr_model {

/// Before the first packet after nothing was in flight.
inline void handle_restart_from_idle(model& m, instant now) noexcept {
  if (!m.sampler.is_application_limited()) return;
  m.idle_restart = true;
  m.extra_acked_start = now;
  if (is_probe_bw(m.phase))
    set_pacing_rate_with_gain(m, 1);
  else if (m.phase == phase::probe_rtt)
    check_probe_rtt_done(m, now);
}

}  // namespace quoin::bbr_model
