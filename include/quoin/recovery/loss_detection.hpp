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
  std::uint64_t marked = 0;   ///< sent with ECT(0) or ECT(1) on the path in use
  byte_count bytes = 0;       ///< of those that were in flight on the path in use, without probes of its MTU
  instant largest_sent_at{};  ///< when the newest of those was sent
};

namespace detail {

/// The largest number acknowledged among those sent on one path, and what that says of lower ones.
class same_path {
 public:
  same_path(packet_number largest, skipped_numbers const& skipped) noexcept
      : largest_(largest),
        overtaken_(largest == no_packet || largest < packet_reordering_threshold
                       ? no_packet
                       : skipped.lower(largest - packet_reordering_threshold, largest)) {}

  [[nodiscard]] bool is_older(packet_number number) const noexcept {
    return largest_ != no_packet && number < largest_;
  }
  [[nodiscard]] bool overtaken(packet_number number) const noexcept {
    return overtaken_ != no_packet && number <= overtaken_;
  }

 private:
  packet_number largest_;
  packet_number overtaken_;
};

template <class PacketState, class Paths, class Follow, class Sink>
void lose_record(packet_space space, basic_sent_packets<PacketState>& packets, std::size_t index,
                 event::loss_trigger trigger, newly_lost& found, Paths& paths, Follow& follow, Sink& sink) {
  auto const record = packets[index];
  bool const elsewhere = record.path != paths.active().id;
  ++found.packets;
  if (record.mark != ecn::not_ect && !elsewhere) ++found.marked;
  if (record.counted) {
    // RFC 9000 9.4, 14.4: what happens elsewhere, and to a datagram that was larger than usual, is no congestion here.
    if (elsewhere || record.mtu_probe) {
      if (auto* const path = paths.find(record.path)) path->discard(record.size);
    } else {
      found.bytes += record.size;
      found.largest_sent_at = record.sent_at;  // records are in the order of sending
    }
  }
  if (!elsewhere && !record.mtu_probe) follow(index);
  packets.settle(index, packet_fate::lost);
  sink.packet_lost(space, record.number, byte_count{record.size}, trigger);
  packets.for_each_frame(record, [&](sent_frame const& frame) { sink.lost(space, frame); });
}

}  // namespace detail

/// Declares lost what is lost at `now` among packets older than the largest acknowledged, and sets the time at which
/// the next would be. The thresholds leave few packets undecided, so each is looked at a small number of times. Order
/// means nothing between packets of different paths; what was sent elsewhere and is not overtaken there is lost by
/// time, by the slower path's measure. `follow(index)` is called for each packet of the active path's controller before
/// it is settled.
template <class PacketState, class Paths, class Follow, class Sink>
newly_lost detect_losses(packet_space space, basic_space_state<PacketState>& state, Paths& paths, instant now,
                         loss_run& run, Follow follow, Sink& sink) {
  newly_lost found;
  state.loss_time = never;
  if (state.largest_acked == no_packet) return found;
  auto const reordering_time = time_reordering_threshold(paths.active().rtt.values());
  detail::same_path const here{state.largest_acked_on_path, state.skipped};
  detail::same_path const there{state.largest_acked_elsewhere, state.skipped};
  auto& packets = state.packets;
  for (auto i = packets.first_outstanding(); i < packets.size() && packets[i].number < state.largest_acked; ++i) {
    auto const& record = packets[i];
    bool const elsewhere = record.path != paths.active().id;
    if (record.fate == packet_fate::acknowledged && !elsewhere) run.delivered();
    if (record.fate != packet_fate::outstanding) continue;
    if (!elsewhere && !here.is_older(record.number)) continue;
    bool const by_number = elsewhere ? there.overtaken(record.number) : here.overtaken(record.number);
    auto allowed = reordering_time;
    if (elsewhere) {
      if (auto const* const path = paths.find(record.path))
        allowed = std::max(allowed, time_reordering_threshold(path->rtt.values()));
    }
    auto const lost_at = saturating_add(record.sent_at, allowed);
    if (!by_number && lost_at > now) {
      state.loss_time = std::min(state.loss_time, lost_at);
      continue;
    }
    run.lost(record.sent_at, record.ack_eliciting && record.counted && !elsewhere && !record.mtu_probe);
    detail::lose_record(space, packets, i,
                        by_number ? event::loss_trigger::packet_threshold : event::loss_trigger::time_threshold, found,
                        paths, follow, sink);
  }
  return found;
}

/// When the next packet is lost by time, and in which space.
struct loss_deadline {
  instant at = never;
  packet_space space = packet_space::initial;
};

template <class PacketState>
loss_deadline earliest_loss(std::array<basic_space_state<PacketState>, packet_space_count> const& spaces) noexcept {
  loss_deadline earliest;
  for (auto const space : all_spaces)
    if (auto const at = spaces[index_of(space)].loss_time; at < earliest.at) earliest = {at, space};
  return earliest;
}

}  // namespace quoin
