// SPDX-License-Identifier: BSL-1.0
/// \file
/// What lost and marked packets say about the volume that the path holds (draft-ietf-ccwg-bbr 5.5.10.1, 5.5.10.2).
#pragma once

#include <quoin/congestion/bbr/recovery.hpp>

namespace quoin::bbr_model {

inline void handle_inflight_too_high(model& m, rate_sample const& sample, instant now) noexcept {
  m.previous_probe_too_high = true;
  m.probe_sample = false;  // one reaction for each probe
  if (!sample.application_limited) m.inflight_longterm = std::max(sample.in_flight, scaled(target_inflight(m), beta));
  if (m.phase != phase::probe_bw_up) return;
  m.undo_phase = phase::probe_bw_up;
  start_probe_bw_down(m, now);
}

/// The first loss after a while begins an episode of recovery, which lasts a round trip.
inline void note_loss(model& m, instant now) noexcept {
  if (!m.loss_in_round) m.loss_round_delivered = m.sampler.delivered();
  m.loss_in_round = true;
  if (m.in_recovery) return;
  save_state_upon_loss(m);
  m.in_recovery = true;
  m.recovery.begin(now);
}

/// The volume in flight at which loss crossed the threshold, within the lost packet.
inline byte_count inflight_at_loss(rate_sample const& sample, byte_count size) noexcept {
  auto const before = static_cast<double>(sample.in_flight - std::min(size, sample.in_flight));
  auto const lost_before = static_cast<double>(sample.lost - std::min(size, sample.lost));
  auto const prefix = (loss_threshold * before - lost_before) / (1 - loss_threshold);
  return as_bytes(before + prefix);
}

inline void handle_lost_packet(model& m, congestion_packet const& packet, packet_snapshot const& sent) noexcept {
  m.sampler.on_lost(packet.size);
  note_loss(m, packet.now);
  if (m.unconfirmed_losses == 0 || packet.sent_at < m.oldest_loss_sent_at) m.oldest_loss_sent_at = packet.sent_at;
  ++m.unconfirmed_losses;
  if (m.last_lost == no_packet || packet.number != m.last_lost + 1) ++m.losses_in_round;
  m.last_lost = packet.number;

  if (!m.probe_sample) return;
  rate_sample at_loss;
  at_loss.in_flight = sent.in_flight;
  at_loss.lost = m.sampler.lost_since(sent);
  at_loss.application_limited = sent.application_limited;
  if (!is_inflight_too_high(at_loss)) return;
  at_loss.in_flight = inflight_at_loss(at_loss, packet.size);
  handle_inflight_too_high(m, at_loss, packet.now);
}

/// The draft leaves marks open but for one demand: they are congestion (draft 3.6). A mark counts as the loss of one
/// datagram, which is what it means (RFC 3168 5).
inline void handle_marks(model& m, congestion_marked const& marked) noexcept {
  auto const count = std::min<std::uint64_t>(marked.newly_marked, 1U << 20);
  m.sampler.on_lost(count * m.datagram_size);
  note_loss(m, marked.now);
  ++m.unconfirmed_losses;  // a mark is never spurious
  m.losses_in_round += static_cast<unsigned>(count);
  if (!m.probe_sample) return;
  auto const sample = m.sampler.pending();
  if (sample.has_data && is_inflight_too_high(sample)) handle_inflight_too_high(m, sample, marked.now);
}

}  // namespace quoin::bbr_model
