// SPDX-License-Identifier: BSL-1.0
/// \file
/// The short-term model: what is delivered at present, and how far loss bounds it (draft-ietf-ccwg-bbr 5.5.10.3).
#pragma once

#include <quoin/congestion/bbr/bandwidth.hpp>
#include <quoin/congestion/bbr/rounds.hpp>

namespace quoin::bbr_model {

inline void reset_congestion_signals(model& m) noexcept {
  m.loss_in_round = false;
  m.bandwidth_latest = 0;
  m.inflight_latest = 0;
}

inline void reset_shortterm_model(model& m) noexcept {
  m.bandwidth_shortterm = unlimited_rate;
  m.inflight_shortterm = unlimited;
}

/// Near the start of an ACK.
inline void update_latest_delivery(model& m, rate_sample const& sample) noexcept {
  m.bandwidth_latest = std::max(m.bandwidth_latest, sample.delivery_rate);
  m.inflight_latest = std::max(m.inflight_latest, sample.delivered);
  m.loss_round_start = sample.has_data && sample.prior_delivered >= m.loss_round_delivered;
  if (m.loss_round_start) m.loss_round_delivered = m.sampler.delivered();
}

/// Near its end.
inline void advance_latest_delivery(model& m, rate_sample const& sample) noexcept {
  if (!m.loss_round_start) return;
  m.bandwidth_latest = sample.delivery_rate;
  m.inflight_latest = sample.delivered;
}

/// Once a round with loss: down to what is delivered, by no more than CUBIC would.
inline void adapt_lower_bounds(model& m) noexcept {
  if (is_probing_bandwidth(m.phase) || !m.loss_in_round) return;
  if (m.bandwidth_shortterm == unlimited_rate) m.bandwidth_shortterm = m.max_bandwidth.largest();
  if (m.inflight_shortterm == unlimited) m.inflight_shortterm = m.window;
  m.bandwidth_shortterm = std::max(m.bandwidth_latest, beta * m.bandwidth_shortterm);
  m.inflight_shortterm =
      std::max(m.inflight_latest, static_cast<byte_count>(beta * static_cast<double>(m.inflight_shortterm)));
}

inline void update_congestion_signals(model& m, rate_sample const& sample) noexcept {
  update_round(m, sample);
  update_max_bandwidth(m, sample);
  if (!m.loss_round_start) return;
  adapt_lower_bounds(m);
  m.loss_in_round = false;
}

}  // namespace quoin::bbr_model
