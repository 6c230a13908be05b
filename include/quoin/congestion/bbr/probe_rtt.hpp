// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every five seconds little is put in flight, so that the round trip of the empty path shows (draft-ietf-ccwg-bbr
/// 5.3.4).
#pragma once

#include <quoin/congestion/bbr/recovery.hpp>

namespace quoin::bbr_model {

inline void exit_probe_rtt(model& m, instant now) noexcept {
  reset_shortterm_model(m);
  if (m.full_bandwidth_reached) {
    // What is in flight is below what the path holds already: no need to go down.
    start_probe_bw_down(m, now);
    m.phase = phase::probe_bw_cruise;
  } else {
    m.phase = phase::startup;
  }
}

inline void check_probe_rtt_done(model& m, instant now) noexcept {
  if (!m.probe_rtt_done_stamp || now <= *m.probe_rtt_done_stamp) return;
  m.probe_rtt_min_stamp = now;  // the next one is due an interval from now
  restore_window(m);
  exit_probe_rtt(m, now);
}

inline void enter_probe_rtt(model& m) noexcept {
  save_window(m);
  m.phase = phase::probe_rtt;
  m.probe_rtt_done_stamp.reset();
  m.acks = ack_phase::probe_stopping;
  m.start_round();
}

inline void handle_probe_rtt(model& m, instant now) noexcept {
  m.sampler.mark_application_limited(m.in_flight);  // what is sent now says nothing of the bandwidth
  if (m.probe_rtt_done_stamp) {
    m.probe_rtt_round_done = m.probe_rtt_round_done || m.round_start;
    if (m.probe_rtt_round_done) check_probe_rtt_done(m, now);
  } else if (m.in_flight <= probe_rtt_window(m)) {
    m.probe_rtt_done_stamp = now + probe_rtt_duration;
    m.probe_rtt_round_done = false;
    m.start_round();
  }
}

inline void check_probe_rtt(model& m, rate_sample const& sample, instant now) noexcept {
  // Silence has emptied the queue as well as ProbeRTT could.
  if (m.phase != phase::probe_rtt && m.probe_rtt_expired && !m.idle_restart) enter_probe_rtt(m);
  if (m.phase == phase::probe_rtt) handle_probe_rtt(m, now);
  if (sample.delivered > 0) m.idle_restart = false;
}

}  // namespace quoin::bbr_model
