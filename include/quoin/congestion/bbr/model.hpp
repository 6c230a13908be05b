// SPDX-License-Identifier: BSL-1.0
/// \file
/// Everything that BBR remembers, as a plain aggregate. What is done with it stands in the other headers of this
/// folder, a chapter of draft-ietf-ccwg-bbr each.
#pragma once

#include <quoin/congestion/bbr/delivery_rate.hpp>
#include <quoin/congestion/bbr/filters.hpp>
#include <quoin/congestion/window.hpp>

#include <optional>

namespace quoin::bbr_model {

/// What the acknowledgements that arrive say about bandwidth probing (draft 2.12).
enum class ack_phase : std::uint8_t { idle, refilling, probe_starting, probe_feedback, probe_stopping };

struct model {
  // ---- the connection's
  byte_count datagram_size = 1200;
  byte_count window = 0;  ///< C.cwnd
  rate pacing_rate = 0;
  byte_count send_quantum = 0;
  byte_count in_flight = 0;        ///< as of the newest event
  byte_count prior_in_flight = 0;  ///< before the newest ACK
  delivery_rate_sampler sampler;
  std::uint64_t random_state = 0;

  // ---- state
  bbr_model::phase phase = phase::startup;
  std::uint64_t round_count = 0;
  bool round_start = false;
  byte_count next_round_delivered = 0;
  bool window_limited_in_round = false;
  bool window_limited_before = false;
  bool idle_restart = false;
  std::uint64_t drain_start_round = 0;

  // ---- bandwidth
  bandwidth_filter max_bandwidth;
  rate bandwidth_shortterm = unlimited_rate;
  rate bandwidth = 0;  ///< BBR.bw: the smaller of the two

  // ---- volume
  std::optional<duration> min_rtt;
  instant min_rtt_stamp{};
  byte_count inflight_longterm = unlimited;
  byte_count inflight_shortterm = unlimited;
  byte_count max_inflight = 0;

  // ---- aggregation of acknowledgements
  windowed_max extra_acked;
  instant extra_acked_start{};
  byte_count extra_acked_delivered = 0;

  // ---- is the pipe full?
  rate full_bandwidth = 0;
  unsigned full_bandwidth_count = 0;
  bool full_bandwidth_now = false;
  bool full_bandwidth_reached = false;

  // ---- congestion signals
  rate bandwidth_latest = 0;
  byte_count inflight_latest = 0;
  byte_count loss_round_delivered = 0;
  bool loss_round_start = false;
  bool loss_in_round = false;
  unsigned losses_in_round = 0;  ///< ranges of packets without a gap
  packet_number last_lost = no_packet;

  // ---- ProbeBW
  bbr_model::ack_phase acks = ack_phase::idle;
  bool probe_sample = false;
  byte_count probe_up_acked = 0;
  byte_count probe_up_acked_per_increment = unlimited;
  unsigned probe_up_rounds = 0;
  std::uint64_t rounds_since_probe_up = 0;
  duration probe_wait{};
  instant cycle_stamp{};
  bool previous_probe_too_high = false;
  bool previous_probe_precautionary = false;

  // ---- ProbeRTT
  std::optional<duration> probe_rtt_min_delay;
  instant probe_rtt_min_stamp{};
  bool probe_rtt_expired = false;
  std::optional<instant> probe_rtt_done_stamp;
  bool probe_rtt_round_done = false;

  // ---- loss recovery and its undoing
  recovery_period recovery;
  bool in_recovery = false;
  byte_count prior_window = 0;
  std::optional<bbr_model::phase> undo_phase;
  rate undo_bandwidth_shortterm = 0;
  byte_count undo_inflight_shortterm = 0;
  byte_count undo_inflight_longterm = 0;
  std::uint64_t unconfirmed_losses = 0;  ///< of the newest episode, not shown to be spurious yet
  instant oldest_loss_sent_at{};

  /// Evenly from 0 up to, not including, 1: for decisions that flows should not take in step (draft 5.3.3.5.3).
  double next_random() noexcept {
    auto z = random_state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return static_cast<double>((z ^ z >> 31) >> 11) * 0x1p-53;
  }

  [[nodiscard]] byte_count minimum_pipe_window() const noexcept { return minimum_pipe_datagrams * datagram_size; }
  [[nodiscard]] bool is_window_limited() const noexcept { return window_limited_in_round || window_limited_before; }

  void start_round() noexcept { next_round_delivered = sampler.delivered(); }
};

}  // namespace quoin::bbr_model
