// SPDX-License-Identifier: BSL-1.0
/// \file
/// The constants of BBRv3 (draft-ietf-ccwg-bbr 2) and its states.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <limits>
#include <string_view>

namespace quoin::bbr_model {

/// Bytes a second.
using rate = double;

inline constexpr rate unlimited_rate = std::numeric_limits<rate>::infinity();
inline constexpr byte_count unlimited = std::numeric_limits<byte_count>::max();

inline constexpr double startup_pacing_gain = 2.77;  // 4 ln 2: the rate doubles every round
inline constexpr double drain_pacing_gain = 0.5;
inline constexpr double probe_down_pacing_gain = 0.9;
inline constexpr double probe_up_pacing_gain = 1.25;
inline constexpr double pacing_margin = 0.99;  // paces at 1 % below the bandwidth, so that queues drain

inline constexpr double default_cwnd_gain = 2;
inline constexpr double probe_up_cwnd_gain = 2.25;
inline constexpr double probe_rtt_cwnd_gain = 0.5;

inline constexpr double loss_threshold = 0.02;
inline constexpr double beta = 0.7;
inline constexpr double headroom = 0.15;
inline constexpr unsigned minimum_pipe_datagrams = 4;
inline constexpr unsigned startup_full_losses = 6;
inline constexpr double full_pipe_growth = 1.25;
inline constexpr unsigned full_pipe_rounds = 3;
inline constexpr std::uint64_t drain_rounds = 3;
inline constexpr std::uint64_t extra_acked_rounds = 10;
inline constexpr std::uint64_t most_rounds_between_probes = 63;

inline constexpr duration min_rtt_filter_length = std::chrono::seconds{10};
inline constexpr duration probe_rtt_interval = std::chrono::seconds{5};
inline constexpr duration probe_rtt_duration = std::chrono::milliseconds{200};
inline constexpr byte_count largest_send_quantum = 64 * 1024;

/// The states of draft 5.1.1.
enum class phase : std::uint8_t {
  startup,
  drain,
  probe_bw_down,
  probe_bw_cruise,
  probe_bw_refill,
  probe_bw_up,
  probe_rtt,
};

constexpr std::string_view name_of(phase p) noexcept {
  constexpr std::string_view names[]{"startup",         "drain",       "probe_bw_down", "probe_bw_cruise",
                                     "probe_bw_refill", "probe_bw_up", "probe_rtt"};
  return names[index_of(p)];
}

constexpr bool is_probe_bw(phase p) noexcept {
  return p == phase::probe_bw_down || p == phase::probe_bw_cruise || p == phase::probe_bw_refill ||
         p == phase::probe_bw_up;
}

/// Whether the phase sends at a rate meant to find more bandwidth.
constexpr bool is_probing_bandwidth(phase p) noexcept {
  return p == phase::startup || p == phase::probe_bw_refill || p == phase::probe_bw_up;
}

/// Pacing gain of each phase (draft 5.6.1).
constexpr double pacing_gain(phase p) noexcept {
  switch (p) {
    case phase::startup: return startup_pacing_gain;
    case phase::drain: return drain_pacing_gain;
    case phase::probe_bw_down: return probe_down_pacing_gain;
    case phase::probe_bw_up: return probe_up_pacing_gain;
    case phase::probe_bw_cruise:
    case phase::probe_bw_refill:
    case phase::probe_rtt: break;
  }
  return 1;
}

/// Window gain of each phase (draft 5.6.1).
constexpr double cwnd_gain(phase p) noexcept {
  if (p == phase::probe_bw_up) return probe_up_cwnd_gain;
  return p == phase::probe_rtt ? probe_rtt_cwnd_gain : default_cwnd_gain;
}

}  // namespace quoin::bbr_model
