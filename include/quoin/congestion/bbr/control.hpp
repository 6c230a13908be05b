// SPDX-License-Identifier: BSL-1.0
/// \file
/// The three things that BBR controls: pacing rate, send quantum, congestion window (draft-ietf-ccwg-bbr 5.6).
#pragma once

#include <quoin/congestion/bbr/inflight.hpp>

namespace quoin::bbr_model {

/// Before the pipe is known to be full, the rate only rises: samples limited by the application must not lower it.
inline void set_pacing_rate_with_gain(model& m, double gain) noexcept {
  auto const wanted = gain * m.bandwidth * pacing_margin;
  if (m.full_bandwidth_reached || wanted > m.pacing_rate) m.pacing_rate = wanted;
}

/// The window over the first round trip, as fast as Startup is (draft 5.6.2).
inline void init_pacing_rate(model& m, duration smoothed_rtt) noexcept {
  auto const seconds = static_cast<double>(std::max(smoothed_rtt, duration{1}).count()) / 1e9;
  m.pacing_rate = startup_pacing_gain * static_cast<double>(initial_window(m.datagram_size)) / seconds;
}

inline void set_send_quantum(model& m) noexcept {
  auto const millisecond = std::min(as_bytes(m.pacing_rate / 1000), largest_send_quantum);
  m.send_quantum = std::max(millisecond, 2 * m.datagram_size);
}

/// Draft 5.6.4.7.
inline void bound_window_for_model(model& m) noexcept {
  auto cap = unlimited;
  if (m.phase == phase::probe_rtt || m.phase == phase::probe_bw_cruise)
    cap = inflight_with_headroom(m);
  else if (is_probe_bw(m.phase))
    cap = m.inflight_longterm;
  cap = std::max(std::min(cap, m.inflight_shortterm), m.minimum_pipe_window());
  m.window = std::min(m.window, cap);
}

/// Down at once to what the model holds, up by no more than arrives (draft 5.6.4.6).
inline void set_window(model& m, byte_count newly_acked) noexcept {
  update_max_inflight(m);
  if (m.full_bandwidth_reached)
    m.window = std::min(m.window + newly_acked, m.max_inflight);
  else if (m.window < m.max_inflight || m.sampler.delivered() < initial_window(m.datagram_size))
    m.window += newly_acked;
  m.window = std::clamp(m.window, m.minimum_pipe_window(), largest_window);
  if (m.phase == phase::probe_rtt) m.window = std::min(m.window, probe_rtt_window(m));
  bound_window_for_model(m);
}

inline void update_control_parameters(model& m, byte_count newly_acked) noexcept {
  set_pacing_rate_with_gain(m, pacing_gain(m.phase));
  set_send_quantum(m);
  set_window(m, newly_acked);
}

}  // namespace quoin::bbr_model
