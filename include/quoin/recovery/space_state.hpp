// SPDX-License-Identifier: BSL-1.0
/// \file
/// What loss recovery knows of one packet number space (RFC 9002 A.3).
#pragma once

#include <quoin/recovery/ack_only_trace.hpp>
#include <quoin/recovery/sent_packets.hpp>
#include <quoin/recovery/skipped_numbers.hpp>

namespace quoin {

template <class PacketState>
struct basic_space_state {
  basic_sent_packets<PacketState> packets;  ///< sent since the path in use is
  /// Sent before that, and not all decided yet. Apart, for little is decided there by what the path in use brings,
  /// which would be looked for again with each ACK frame.
  basic_sent_packets<PacketState> earlier;
  ack_only_trace trace;
  skipped_numbers skipped;
  packet_number next_number = 0;
  packet_number largest_acked = no_packet;
  packet_number largest_acked_on_path = no_packet;    ///< of those sent on the path in use since it is
  packet_number largest_acked_elsewhere = no_packet;  ///< of those sent on other paths
  packet_number decided_on_path = 0;                  ///< all below that were sent on the path in use are settled
  packet_number decided_elsewhere = 0;                ///< the same of other paths
  instant last_ack_eliciting_at{};
  instant loss_time = never;  ///< when the next packet is lost by time (RFC 9002 6.1.2)
  unsigned probes_owed = 0;
  bool discarded = false;

  void note_acked_on_path(packet_number number) noexcept {
    if (largest_acked_on_path == no_packet || number > largest_acked_on_path) largest_acked_on_path = number;
  }
  void note_acked_elsewhere(packet_number number) noexcept {
    if (largest_acked_elsewhere == no_packet || number > largest_acked_elsewhere) largest_acked_elsewhere = number;
  }

  /// Packets leave on another path from now on.
  void change_path() {
    earlier.append(packets);
    largest_acked_elsewhere = largest_acked_on_path;
    largest_acked_on_path = no_packet;
    auto const before = decided_on_path;
    decided_on_path = decided_elsewhere;
    decided_elsewhere = std::min(before, decided_elsewhere);
    trace.clear();
  }

  /// Calls `visit(packets)` for both parts of the flight, the older one first.
  template <class F>
  void for_each_part(F&& visit) {
    if (!earlier.empty()) [[unlikely]]
      visit(earlier);
    visit(packets);
  }

  [[nodiscard]] std::size_t ack_eliciting_outstanding() const noexcept {
    return earlier.ack_eliciting_outstanding() + packets.ack_eliciting_outstanding();
  }

  /// Lets go of settled records at the front of each part.
  void trim() noexcept {
    packets.trim();
    if (!earlier.empty()) [[unlikely]]
      earlier.trim();
  }

  /// Forgets the flight; numbers go on, for they must never be used twice (RFC 9000 12.3).
  void forget_flight() noexcept {
    packets.clear();
    earlier.clear();
    trace.clear();
    last_ack_eliciting_at = instant{};
    loss_time = never;
    probes_owed = 0;
  }
};

using space_state = basic_space_state<no_packet_state>;

}  // namespace quoin
