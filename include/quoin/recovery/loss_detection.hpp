// SPDX-License-Identifier: BSL-1.0
/// \file
/// Finds lost packets by number and by time (RFC 9002 6.1, A.10).
#pragma once

#include <quoin/event/events.hpp>
#include <quoin/recovery/persistent_congestion.hpp>
#include <quoin/recovery/rtt_estimator.hpp>
#include <quoin/recovery/space_state.hpp>

namespace quoin {

/// A packet is lost when one sent this many later was acknowledged (RFC 9002 6.1.1).
inline constexpr packet_number packet_reordering_threshold = 3;

/// A packet is lost when it is this much older than one acknowledged: 9/8 of a round trip (RFC 9002 6.1.2).
constexpr duration time_reordering_threshold(rtt_values const& rtt) noexcept {
  auto const round_trip = std::max(rtt.latest, rtt.smoothed);
  return std::max(round_trip + round_trip / 8, timer_granularity);
}

/// What was found lost at one moment.
struct newly_lost {
  std::uint64_t packets = 0;
  std::uint64_t marked = 0;   ///< sent with ECT(0) or ECT(1)
  byte_count bytes = 0;       ///< of those that were in flight on the present path
  instant largest_sent_at{};  ///< when the newest of those was sent
};

namespace detail {

template <class PacketState, class Follow, class Sink>
void lose_record(packet_space space, basic_sent_packets<PacketState>& packets, std::size_t index,
                 event::loss_trigger trigger, newly_lost& found, Follow& follow, Sink& sink) {
  auto const record = packets[index];
  ++found.packets;
  if (record.mark != ecn::not_ect) ++found.marked;
  if (record.counted) {
    found.bytes += record.size;
    found.largest_sent_at = record.sent_at;  // records are in the order of sending
  }
  if (record.followed) follow(index);
  packets.settle(index, packet_fate::lost);
  sink.packet_lost(space, record.number, byte_count{record.size}, trigger);
  packets.for_each_frame(record, [&](sent_frame const& frame) { sink.lost(space, frame); });
}

}  // namespace detail

/// Declares lost what is lost at `now` among packets older than the largest acknowledged, and sets the time at which
/// the next would be. The thresholds leave few packets undecided, so each is looked at a small number of times.
/// `follow(index)` is called for each packet of the controller before it is settled.
template <class PacketState, class Follow, class Sink>
newly_lost detect_losses(packet_space space, basic_space_state<PacketState>& state, duration reordering_time,
                         instant now, loss_run& run, Follow follow, Sink& sink) {
  newly_lost found;
  state.loss_time = never;
  if (state.largest_acked == no_packet) return found;
  auto const reordering_number =
      state.largest_acked < packet_reordering_threshold
          ? no_packet
          : state.skipped.lower(state.largest_acked - packet_reordering_threshold, state.largest_acked);
  auto& packets = state.packets;
  for (auto i = packets.first_outstanding(); i < packets.size() && packets[i].number < state.largest_acked; ++i) {
    auto const& record = packets[i];
    if (record.fate == packet_fate::acknowledged) run.delivered();
    if (record.fate != packet_fate::outstanding) continue;
    bool const by_number = reordering_number != no_packet && record.number <= reordering_number;
    auto const lost_at = saturating_add(record.sent_at, reordering_time);
    if (!by_number && lost_at > now) {
      state.loss_time = std::min(state.loss_time, lost_at);
      continue;
    }
    run.lost(record.sent_at, record.ack_eliciting && record.counted);
    detail::lose_record(space, packets, i,
                        by_number ? event::loss_trigger::packet_threshold : event::loss_trigger::time_threshold, found,
                        follow, sink);
  }
  return found;
}

}  // namespace quoin
