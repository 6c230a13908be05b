// SPDX-License-Identifier: BSL-1.0
/// \file
/// When to probe a silent peer, and in which packet number space (RFC 9002 6.2, A.8).
#pragma once

#include <quoin/recovery/ecn_validation.hpp>
#include <quoin/recovery/rtt_estimator.hpp>
#include <quoin/recovery/space_state.hpp>

#include <array>
#include <optional>

namespace quoin {

/// What decides the probe timeout beside the packets in flight.
struct pto_conditions {
  role self = role::client;
  bool handshake_confirmed = false;
  bool has_handshake_keys = false;
  bool peer_validated_us = false;           ///< the peer has certainly validated our address
  bool amplification_blocked = false;       ///< nothing may be sent before more is received (RFC 9000 8.1)
  std::optional<packet_space> held_back{};  ///< a space whose handshake data the congestion window holds back
  std::uint32_t count = 0;                  ///< probe timeouts in a row
  duration max_ack_delay{};
  instant last_event = never;  ///< when something was last sent or acknowledged; `never` before the first
};

/// A probe timeout: when, for which space, and whether nothing is in flight there.
struct probe_time {
  instant at = never;
  packet_space space = packet_space::initial;
  bool anti_deadlock = false;
};

/// 2^count times `period`; never less than `period`, never overflowing (RFC 9002 6.2.1).
constexpr duration backed_off(duration period, std::uint32_t count) noexcept {
  return saturating_multiply(period, std::uint64_t{1} << std::min(count, std::uint32_t{62}));
}

/// The earliest probe timeout of all spaces; none is due while `at` is `never`.
template <class PacketState>
probe_time next_probe_time(std::array<basic_space_state<PacketState>, packet_space_count> const& spaces,
                           rtt_estimator const& rtt, pto_conditions const& when) noexcept {
  // Probes count against the limit, so the timer rests until something is received (RFC 9002 6.2.2.1).
  if (when.amplification_blocked) return {};
  probe_time earliest;
  for (auto const space : all_spaces) {
    auto const& state = spaces[index_of(space)];
    if (state.packets.ack_eliciting_outstanding() == 0) continue;
    // The peer may not be able to read application data, or we its acknowledgements (RFC 9002 6.2.1).
    if (space == packet_space::application && !when.handshake_confirmed) continue;
    auto const delay = space == packet_space::application ? when.max_ack_delay : duration::zero();
    auto const at = saturating_add(state.last_ack_eliciting_at, backed_off(rtt.probe_base() + delay, when.count));
    if (at < earliest.at) earliest = {at, space, false};
  }
  if (earliest.at != never || when.last_event == never) return earliest;
  auto const at = saturating_add(when.last_event, backed_off(rtt.probe_base(), when.count));
  // Application data that nobody acknowledges before the handshake is over may fill the window, early data above all.
  // Handshake data that it holds back must not wait for them, or the handshake is never over.
  if (when.held_back) return {at, *when.held_back, true};
  if (when.peer_validated_us) return earliest;
  // The server may be waiting for bytes of ours before it may send more: only we can end that (RFC 9002 6.2.2.1).
  return {at, when.has_handshake_keys ? packet_space::handshake : packet_space::initial, true};
}

/// Whether the next packet that only acknowledges should ask for an answer: marked ones before it have gone without
/// news for long, and if it is their marks that the path drops them for, only a probe timeout can tell (RFC 9000
/// 13.2.4, 13.4.2).
template <class PacketState>
bool is_doubtful(basic_space_state<PacketState> const& state, ecn_validation const& marks, pto_conditions const& when,
                 instant now, duration pto) noexcept {
  if (!when.handshake_confirmed || state.packets.ack_eliciting_outstanding() > 0) return false;
  return now - when.last_event >= std::max(3 * pto, ecn_validation::patience) &&
         marks.mark_for_next(false) != ecn::not_ect && state.trace.marked() >= ecn_validation::patient_acknowledgements;
}

}  // namespace quoin
