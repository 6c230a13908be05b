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
  basic_sent_packets<PacketState> packets;
  ack_only_trace trace;
  skipped_numbers skipped;
  packet_number next_number = 0;
  packet_number largest_acked = no_packet;
  packet_number largest_acked_on_path = no_packet;    ///< of those sent on the path in use since it is
  packet_number largest_acked_elsewhere = no_packet;  ///< of those sent on other paths
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
  void change_path() noexcept {
    largest_acked_elsewhere = largest_acked_on_path;
    largest_acked_on_path = no_packet;
    trace.clear();
  }

  /// Forgets the flight; numbers go on, for they must never be used twice (RFC 9000 12.3).
  void forget_flight() noexcept {
    packets.clear();
    trace.clear();
    last_ack_eliciting_at = instant{};
    loss_time = never;
    probes_owed = 0;
  }
};

using space_state = basic_space_state<no_packet_state>;

}  // namespace quoin
