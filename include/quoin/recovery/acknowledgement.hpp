// SPDX-License-Identifier: BSL-1.0
/// \file
/// Finds what an ACK frame acknowledges for the first time (RFC 9002 A.7).
#pragma once

#include <quoin/recovery/space_state.hpp>

namespace quoin {

/// What one ACK frame brought.
struct newly_acked {
  bool any = false;
  bool ack_eliciting = false;  ///< at least one such packet was among them
  packet_number largest = no_packet;
  path_id largest_path = 0;  ///< where the largest was sent
  instant largest_sent_at{};
  byte_count bytes = 0;               ///< of those that were in flight on the path in use
  packet_number largest_counted = 0;  ///< the newest of those
  instant counted_from{};             ///< when the oldest and the newest of those were sent
  instant counted_to{};
  std::uint64_t packets = 0;           ///< with those that only acknowledged
  std::uint64_t late = 0;              ///< had been declared lost: their loss was none
  std::uint64_t marked = 0;            ///< sent with ECT(0) or ECT(1) on the path in use
  std::uint64_t marked_elsewhere = 0;  ///< the same on other paths

  void take_largest(packet_number number, instant sent_at, path_id path) noexcept {
    if (any && number < largest) return;
    largest = number;
    largest_sent_at = sent_at;
    largest_path = path;
    any = true;
  }
};

namespace detail {

template <class Paths>
void count_outstanding(newly_acked& found, sent_record const& record, Paths& paths) noexcept {
  found.take_largest(record.number, record.sent_at, record.path);
  found.ack_eliciting = found.ack_eliciting || record.ack_eliciting;
  if (!record.counted) return;
  if (record.path != paths.active().id) [[unlikely]] {
    if (auto* const other = paths.find(record.path)) other->discard(record.size);
    return;
  }
  if (found.bytes == 0 || record.sent_at < found.counted_from) found.counted_from = record.sent_at;
  if (found.bytes == 0 || record.number > found.largest_counted) {
    found.largest_counted = record.number;
    found.counted_to = record.sent_at;
  }
  found.bytes += record.size;
}

template <class PacketState, class Paths, class Follow, class Sink>
void acknowledge_record(packet_space space, basic_space_state<PacketState>& state, std::size_t index,
                        newly_acked& found, Paths& paths, Follow& follow, Sink& sink) {
  auto& packets = state.packets;
  auto const record = packets[index];
  if (record.fate == packet_fate::acknowledged) return;
  bool const elsewhere = record.path != paths.active().id;
  ++found.packets;
  if (record.mark != ecn::not_ect) ++(elsewhere ? found.marked_elsewhere : found.marked);
  if (elsewhere) [[unlikely]]
    state.note_acked_elsewhere(record.number);
  // A packet that was declared lost has left the flight: that its frames arrived is all there is to learn.
  if (record.fate == packet_fate::lost)
    ++found.late;
  else
    count_outstanding(found, record, paths);
  if (!elsewhere) follow(index);
  packets.settle(index, packet_fate::acknowledged);
  sink.packet_acked(space, record.number, byte_count{record.size});
  packets.for_each_frame(record, [&](sent_frame const& frame) { sink.acked(space, record.number, frame); });
}

template <class Sink>
void acknowledge_trace(packet_space space, ack_only_trace::entry const& packet, path_id path, newly_acked& found,
                       Sink& sink) {
  ++found.packets;
  if (packet.mark != ecn::not_ect) ++found.marked;
  found.take_largest(packet.number, packet.sent_at, path);
  sink.packet_acked(space, packet.number, byte_count{0});
  if (packet.reported == no_packet) return;
  sent_frame frame;
  frame.what = sent_frame::kind::ack;
  frame.offset = packet.reported;
  sink.acked(space, packet.number, frame);
}

}  // namespace detail

/// Settles every packet that `ack` names and that was not acknowledged before, and tells `sink` of each. Work is in
/// proportion to what is new and to the number of ranges. What was in flight on another path than the active one leaves
/// that path's flight and counts for nothing else (RFC 9000 9.4). `follow(index)` is called for each packet of the
/// active path's controller before it is settled.
template <class PacketState, class Ack, class Paths, class Follow, class Sink>
newly_acked acknowledge(packet_space space, basic_space_state<PacketState>& state, Ack const& ack, Paths& paths,
                        Follow follow, Sink& sink) {
  newly_acked found;
  ack.for_each_range([&](packet_number smallest, packet_number largest) {
    auto& packets = state.packets;
    auto index = std::max(packets.lower_bound(smallest), packets.first_unacknowledged());
    for (; index < packets.size() && packets[index].number <= largest; ++index)
      detail::acknowledge_record(space, state, index, found, paths, follow, sink);
    state.trace.take(smallest, largest, [&](ack_only_trace::entry const& packet) {
      detail::acknowledge_trace(space, packet, paths.active().id, found, sink);
    });
  });
  return found;
}

}  // namespace quoin
