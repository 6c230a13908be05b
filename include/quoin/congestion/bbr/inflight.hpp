// SPDX-License-Identifier: BSL-1.0
/// \file
/// How much the path holds (draft-ietf-ccwg-bbr 5.5.8, 5.6.4.2).
#pragma once

#include <quoin/congestion/bbr/model.hpp>

namespace quoin::bbr_model {

/// A volume that fits the arithmetic whatever was measured.
inline byte_count as_bytes(double volume) noexcept {
  return static_cast<byte_count>(std::clamp(volume, 0.0, static_cast<double>(largest_window)));
}

inline byte_count scaled(byte_count volume, double factor) noexcept {
  return volume == unlimited ? unlimited : as_bytes(static_cast<double>(volume) * factor);
}

/// `gain` times what a path of this rate holds; the initial window while the round trip is unknown.
inline byte_count bdp_multiple(model const& m, rate bandwidth, double gain) noexcept {
  if (!m.min_rtt) return initial_window(m.datagram_size);
  return as_bytes(gain * bandwidth * static_cast<double>(m.min_rtt->count()) / 1e9);
}

/// Room for a burst on its way, for the fewest packets that keep acknowledgements coming, and for probing.
inline byte_count quantization_budget(model const& m, byte_count volume) noexcept {
  volume = std::max({volume, m.send_quantum, m.minimum_pipe_window()});
  return m.phase == phase::probe_bw_up ? volume + 2 * m.datagram_size : volume;
}

inline byte_count inflight(model const& m, rate bandwidth, double gain) noexcept {
  return quantization_budget(m, bdp_multiple(m, bandwidth, gain));
}

/// Leaves room in the path for others (draft 5.3.3.6).
inline byte_count inflight_with_headroom(model const& m) noexcept {
  if (m.inflight_longterm == unlimited) return unlimited;
  auto const free = std::max(m.datagram_size, scaled(m.inflight_longterm, headroom));
  return std::max(m.inflight_longterm - std::min(free, m.inflight_longterm), m.minimum_pipe_window());
}

/// What should be in flight, unless congestion cut the window.
inline byte_count target_inflight(model const& m) noexcept {
  return std::min(bdp_multiple(m, m.bandwidth, 1), m.window);
}

inline byte_count probe_rtt_window(model const& m) noexcept {
  return std::max(bdp_multiple(m, m.bandwidth, probe_rtt_cwnd_gain), m.minimum_pipe_window());
}

inline void update_max_inflight(model& m) noexcept {
  auto const volume = bdp_multiple(m, m.bandwidth, cwnd_gain(m.phase)) + m.extra_acked.largest();
  m.max_inflight = quantization_budget(m, volume);
}

}  // namespace quoin::bbr_model
