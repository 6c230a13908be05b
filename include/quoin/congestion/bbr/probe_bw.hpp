// SPDX-License-Identifier: BSL-1.0
/// \file
/// The cycle of bandwidth probing: down, cruise, refill, up (draft-ietf-ccwg-bbr 5.3.3).
#pragma once

#include <quoin/congestion/bbr/congestion_signals.hpp>
#include <quoin/congestion/bbr/inflight.hpp>

namespace quoin::bbr_model {

/// Drawn anew for each cycle, so that flows do not probe in step.
inline void pick_probe_wait(model& m) noexcept {
  m.rounds_since_probe_up = m.next_random() < 0.5 ? 0 : 1;
  m.probe_wait = std::chrono::seconds{2} + duration{static_cast<duration::rep>(m.next_random() * 1e9)};
}

inline void start_probe_bw_down(model& m, instant now) noexcept {
  reset_congestion_signals(m);
  m.probe_up_acked_per_increment = unlimited;
  pick_probe_wait(m);
  m.cycle_stamp = now;
  m.acks = ack_phase::probe_stopping;
  m.start_round();
  m.phase = phase::probe_bw_down;
}

inline void start_probe_bw_refill(model& m) noexcept {
  reset_shortterm_model(m);
  m.probe_up_rounds = 0;
  m.probe_up_acked = 0;
  m.previous_probe_precautionary = false;
  m.acks = ack_phase::refilling;
  m.start_round();
  m.phase = phase::probe_bw_refill;
}

/// The bound grows by a datagram in the first round, then by 2, 4, 8 ... (draft 5.3.3.4.1).
inline void raise_longterm_slope(model& m) noexcept {
  auto const growth = byte_count{1} << m.probe_up_rounds;
  m.probe_up_rounds = std::min(m.probe_up_rounds + 1, 30U);
  m.probe_up_acked_per_increment = std::max(m.window / growth, m.datagram_size);
}

inline void start_probe_bw_up(model& m, rate_sample const& sample) noexcept {
  m.acks = ack_phase::probe_starting;
  m.start_round();
  reset_full_bandwidth(m, sample.delivery_rate);
  m.phase = phase::probe_bw_up;
  raise_longterm_slope(m);
}

/// More than the tolerated part of what was in flight has been lost since.
inline bool is_inflight_too_high(rate_sample const& sample) noexcept {
  return static_cast<double>(sample.lost) > static_cast<double>(sample.in_flight) * loss_threshold;
}

inline bool is_time_to_probe(model const& m, instant now) noexcept {
  // As seldom as a Reno flow of this size loses, so that such flows can live beside us (draft 5.3.3.5.1).
  auto const reno_rounds = std::min(target_inflight(m) / m.datagram_size, byte_count{most_rounds_between_probes});
  return now > m.cycle_stamp + m.probe_wait || m.rounds_since_probe_up >= reno_rounds;
}

inline bool is_time_to_cruise(model const& m) noexcept {
  return m.in_flight <= inflight_with_headroom(m) && m.in_flight <= inflight(m, m.max_bandwidth.largest(), 1);
}

inline bool is_time_to_go_down(model& m, rate_sample const& sample) noexcept {
  // The last probe went too far: this one turns back where that began (draft 5.3.3.4.2). What counts is what was in
  // flight before this ACK made room.
  if (m.previous_probe_too_high && m.prior_in_flight + m.datagram_size > m.inflight_longterm) {
    m.previous_probe_precautionary = true;
    return true;
  }
  if (m.is_window_limited() && m.window >= m.inflight_longterm) {
    reset_full_bandwidth(m, sample.delivery_rate);  // it is the bound that limits, not the path
    return false;
  }
  return m.full_bandwidth_now;
}

inline void probe_longterm_upward(model& m, byte_count newly_acked) noexcept {
  if (!m.is_window_limited() || m.window < m.inflight_longterm) return;
  m.probe_up_acked += newly_acked;
  if (m.probe_up_acked >= m.probe_up_acked_per_increment) {
    auto const steps = m.probe_up_acked / m.probe_up_acked_per_increment;
    m.probe_up_acked -= steps * m.probe_up_acked_per_increment;
    m.inflight_longterm = std::min(m.inflight_longterm + steps * m.datagram_size, largest_window);
  }
  if (m.round_start) raise_longterm_slope(m);
}

/// Follows what the acknowledgements of a probe say. True when that decided the next phase.
inline bool adapt_longterm_model(model& m, rate_sample const& sample, byte_count newly_acked) noexcept {
  if (m.acks == ack_phase::probe_starting && m.round_start) m.acks = ack_phase::probe_feedback;
  if (m.acks == ack_phase::probe_stopping && m.round_start) {
    m.probe_sample = false;
    m.acks = ack_phase::idle;
    if (is_probe_bw(m.phase) && !sample.application_limited) m.max_bandwidth.advance();
    // The cautious probe was harmless: probe again, as far as the path goes.
    if (is_probe_bw(m.phase) && m.previous_probe_precautionary && !m.previous_probe_too_high) {
      start_probe_bw_refill(m);
      return true;
    }
  }
  if (is_inflight_too_high(sample) || m.inflight_longterm == unlimited) return false;
  m.inflight_longterm = std::max(m.inflight_longterm, sample.in_flight);
  if (m.phase == phase::probe_bw_up) probe_longterm_upward(m, newly_acked);
  return false;
}

inline void update_probe_bw(model& m, rate_sample const& sample, byte_count newly_acked, instant now) noexcept {
  if (!m.full_bandwidth_reached) return;
  if (adapt_longterm_model(m, sample, newly_acked)) return;
  switch (m.phase) {
    case phase::probe_bw_down:
      if (is_time_to_probe(m, now))
        start_probe_bw_refill(m);
      else if (is_time_to_cruise(m))
        m.phase = phase::probe_bw_cruise;
      return;
    case phase::probe_bw_cruise:
      if (is_time_to_probe(m, now)) start_probe_bw_refill(m);
      return;
    case phase::probe_bw_refill:
      if (!m.round_start) return;
      m.probe_sample = true;
      start_probe_bw_up(m, sample);
      return;
    case phase::probe_bw_up:
      if (!is_time_to_go_down(m, sample)) return;
      m.previous_probe_too_high = false;
      start_probe_bw_down(m, now);
      return;
    case phase::startup:
    case phase::drain:
    case phase::probe_rtt: return;
  }
}

}  // namespace quoin::bbr_model
