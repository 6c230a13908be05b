// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-18, INV-20: what is in flight is what was sent and neither arrived nor got lost, and something waits for it.
#pragma once

#include "checker.hpp"

#include <map>
#include <set>

namespace quoin::property {

/// Keeps books of its own of the bytes in flight (RFC 9002 2) and of the timers that they need (RFC 9002 6.2.1).
class flight final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::packet_lost const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void on(role side, std::size_t, event::path_updated const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void after_step(seen_step const& step) override;

  /// Whether something is in flight from that side, on whatever path.
  [[nodiscard]] bool any(role side) const;
  /// What that is, for people.
  [[nodiscard]] std::string text_of(role side) const;

 private:
  struct packet {
    byte_count size = 0;
    path_id path = 0;
    bool ack_eliciting = false;
  };
  struct end {
    std::array<std::map<packet_number, packet>, packet_space_count> packets;
    std::map<path_id, byte_count> bytes;
    std::array<std::uint64_t, packet_space_count> ack_eliciting{};
    bool handshake_acked = false;
    path_id path_in_use = 0;
    std::set<path_id> proven{0};
    bool several_paths = false;
    duration slowest{};         ///< round trip on any path
    duration peer_ack_delay{};  ///< the longest that the peer may take
    duration own_request{};     ///< that we asked it to take (draft-ietf-quic-ack-frequency)
  };
  end& of(role side) { return ends_[index_of(side)]; }
  static void forget(end& self, packet_space space, packet const& what);
  static void forget_all(end& self, packet_space space);
  void check_timers(role side, seen_step const& step);

  std::array<end, 2> ends_;
  new_beginnings beginnings_;
};

}  // namespace quoin::property
