// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-18, INV-19, INV-20: what is in flight is what was sent and neither arrived nor got lost, the window holds it,
/// and something waits for it.
#pragma once

#include "checker.hpp"

#include <quoin/wire/frame/ack.hpp>

#include <map>
#include <set>

namespace quoin::property {

/// Keeps books of its own of the bytes in flight (RFC 9002 2), of what lets them exceed the window (RFC 9002 7) and of
/// the timers that they need (RFC 9002 6.2.1).
class flight final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::packet_lost const& e) override;
  void on(role side, std::size_t, event::metrics_updated const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void on(role side, std::size_t, event::path_updated const& e) override;
  void on(role side, std::size_t, event::mtu_updated const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void after_step(seen_step const& step) override;

  /// Whether something is in flight from that side, on whatever path.
  [[nodiscard]] bool any(role side) const;
  /// What that is, for people.
  [[nodiscard]] std::string text_of(role side) const;

 private:
  /// Packets of one path ID are numbered together, if several paths are used.
  using numbered = std::pair<std::uint32_t, packet_number>;
  struct packet {
    byte_count size = 0;
    path_id path = 0;
    bool ack_eliciting = false;
  };
  struct end {
    std::array<std::map<numbered, packet>, packet_space_count> packets;
    std::map<path_id, byte_count> bytes;
    std::array<std::uint64_t, packet_space_count> ack_eliciting{};
    bool handshake_acked = false;
    std::map<std::uint32_t, path_id> path_in_use{{0, 0}};  ///< of each path ID
    std::set<path_id> proven{0};
    bool several_paths = false;
    duration slowest{};                ///< round trip on any path
    duration peer_ack_delay{};         ///< the longest that the peer may take
    duration own_request{};            ///< that we asked it to take (draft-ietf-quic-ack-frequency)
    std::optional<byte_count> window;  ///< of the path in use, as last heard; none where it has begun anew since
    byte_count most_beyond = 0;        ///< in flight when something was sent for which that window had no room
    std::uint32_t pto_count = 0;
    byte_count probe_bytes = 0;        ///< that the last probe timeout lets go whatever the window says
    byte_count datagram_size = 1'200;  ///< of the largest ones that may be sent, as last seen
    std::map<path_id, byte_count> datagram_sizes;
  };
  end& of(role side) { return ends_[index_of(side)]; }
  static void forget(end& self, packet_space space, packet const& what);
  static void forget_all(end& self, packet_space space);
  static void begin_anew(end& self);
  static void note_window(end& self, event::packet_sent const& e);
  void check_window(role side, seen_step const& step);
  static bool uses_several(end const& self);
  static void forget_path(end& self, std::uint32_t id);
  static void acknowledge(end& self, packet_space space, std::uint32_t path, wire::ack_frame const& ack);
  void check_paths(role side, seen_end const& seen, instant now);
  void check_timers(role side, seen_step const& step);

  std::array<end, 2> ends_;
  new_beginnings beginnings_;
};

}  // namespace quoin::property
