// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is saved when loss recovery begins, and what comes back when it ends or turns out to have been spurious
/// (draft-ietf-ccwg-bbr 5.5.11, 5.6.4.4).
#pragma once

#include <quoin/congestion/bbr/probe_bw.hpp>

namespace quoin::bbr_model {

inline void save_window(model& m) noexcept {
  bool const untouched = !m.in_recovery && m.phase != phase::probe_rtt;
  m.prior_window = untouched ? m.window : std::max(m.prior_window, m.window);
}

inline void restore_window(model& m) noexcept {
  m.window = std::max(m.window, m.prior_window);
}

inline void save_state_upon_loss(model& m) noexcept {
  save_window(m);
  m.undo_phase.reset();
  m.undo_bandwidth_shortterm = m.bandwidth_shortterm;
  m.undo_inflight_shortterm = m.inflight_shortterm;
  m.undo_inflight_longterm = m.inflight_longterm;
  m.unconfirmed_losses = 0;
}

/// Recovery lasts until something arrives that was sent after the first loss was noticed (RFC 9002 7.3.2).
inline void check_recovery_done(model& m, instant largest_sent_at) noexcept {
  if (!m.in_recovery || m.recovery.covers(largest_sent_at)) return;
  m.in_recovery = false;
  restore_window(m);
}

/// Nothing that was declared lost in the newest episode was lost.
inline void undo_spurious_loss(model& m) noexcept {
  restore_window(m);
  m.loss_in_round = false;
  reset_full_bandwidth(m);
  m.bandwidth_shortterm = std::max(m.bandwidth_shortterm, m.undo_bandwidth_shortterm);
  m.inflight_shortterm = std::max(m.inflight_shortterm, m.undo_inflight_shortterm);
  m.inflight_longterm = std::max(m.inflight_longterm, m.undo_inflight_longterm);
  if (m.undo_phase == phase::startup && m.phase != phase::startup) {
    m.full_bandwidth_reached = false;
    if (m.phase != phase::probe_rtt) m.phase = phase::startup;
  } else if (m.undo_phase == phase::probe_bw_up && m.phase != phase::probe_bw_up && m.phase != phase::probe_rtt) {
    start_probe_bw_refill(m);
  }
  m.undo_phase.reset();
}

/// A packet that was declared lost has arrived.
inline void note_late_arrival(model& m, congestion_packet const& packet) noexcept {
  if (m.unconfirmed_losses == 0 || packet.sent_at < m.oldest_loss_sent_at) return;
  if (--m.unconfirmed_losses == 0) undo_spurious_loss(m);
}

}  // namespace quoin::bbr_model
