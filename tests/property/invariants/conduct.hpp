// SPDX-License-Identifier: BSL-1.0
/// \file
/// What each packet may say: numbers, acknowledgements, credit, paths, marks (INV-05 to 08, 11, 12, 16, 17, 19, 24, 33
/// to 35).
#pragma once

#include "checker.hpp"

#include <quoin/base/interval_set.hpp>
#include <quoin/wire/frame/ack.hpp>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace quoin::property {

class conduct final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t connection, event::packet_sent const& e) override;
  void on(role side, std::size_t connection, event::packet_received const& e) override;
  void on(role side, std::size_t connection, event::key_updated const& e) override;
  void on(role side, std::size_t connection, event::metrics_updated const& e) override;
  void on(role side, std::size_t connection, event::parameters_set const& e) override;
  void on(role side, std::size_t connection, event::path_updated const& e) override;
  void on(role side, std::size_t connection, event::mtu_updated const& e) override;
  void after_step(seen_step const& step) override;

  /// Whether that side has found out that its peer receives at `address`.
  [[nodiscard]] bool proven(role side, socket_address const& address) const;

  [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
  [[nodiscard]] std::uint64_t early_packets() const noexcept { return early_packets_; }

 private:
  struct frames;

  /// Limits of what the peer may send, as transport parameters say them.
  struct limits {
    std::uint64_t max_data = 0;
    std::uint64_t stream_window_local = 0;
    std::uint64_t stream_window_remote = 0;
    std::uint64_t stream_window_uni = 0;
    std::array<std::uint64_t, 2> max_streams{};
    /// Of a stream that was opened by whom the limits are for, or by whom they are from.
    [[nodiscard]] std::uint64_t of_stream(role from, stream_id id) const;
  };
  /// Packet numbers that count upwards together.
  struct numbers {
    std::optional<packet_number> last_sent;
    std::set<packet_number> sent;
    std::set<packet_number> received;
    std::uint64_t unanswered = 0;  ///< packets since the last ACK that ask for one
  };
  /// What one path ID is about; there is but one unless several paths are used. RFC 9000 9 holds for each.
  struct road {
    path_id path_in_use = 0;
    std::map<path_id, instant> validated;  ///< which are proven, and when
    std::optional<path_id> must_return_to{};
    // ECN: with what mark and where each 1-RTT packet left, and where marks have failed.
    std::map<packet_number, path_id> marked{};
    std::optional<packet_number> largest_acked{};
    std::optional<instant> ack_due{};    ///< of the 1-RTT packets that want an acknowledgement
    bool abandoned = false;              ///< by this side or by the peer
    std::uint64_t next_id_sequence = 0;  ///< of connection IDs issued for it

    [[nodiscard]] bool may_speak() const { return validated.count(path_in_use) != 0; }
    /// What it could not acknowledge itself is due now.
    void abandon(instant now) {
      if (!std::exchange(abandoned, true) && ack_due) ack_due = std::max(*ack_due, now);
    }
  };
  /// What one side has said and heard.
  struct end {
    std::map<std::pair<packet_space, std::uint32_t>, numbers> spaces;
    std::map<std::uint32_t, road> roads{{0, {.validated = {{path_id{0}, instant{}}}, .next_id_sequence = 1}}};
    limits announced;                  ///< by this side, as the peer may know them
    std::optional<limits> remembered;  ///< of the peer, while it is spoken to by early data (RFC 9000 7.4.1)
    std::map<std::uint64_t, std::uint64_t> max_stream_data;
    // What this side has sent on streams.
    std::map<std::uint64_t, std::uint64_t> highest_sent;
    std::map<std::uint64_t, std::uint64_t> final_size;
    std::set<std::uint64_t> reset;
    std::uint64_t sum_sent = 0;
    bool closed = false;
    duration max_ack_delay{};  ///< that was announced, or asked for since (draft-ietf-quic-ack-frequency 4)
    std::optional<std::uint64_t> ack_wishes;  ///< the newest that was heard
    std::uint64_t max_udp_payload = 65527;
    std::vector<socket_address> proven;
    std::set<path_id> ecn_failed;
    bool peer_proven = false;  ///< by a Handshake packet, or from the start
    [[nodiscard]] std::uint64_t& unanswered(packet_space space) { return spaces[{space, 0}].unanswered; }
  };

  end& of(role side) { return ends_[index_of(side)]; }
  std::uint64_t stream_limit(role receiver, stream_id id);
  /// What a sender goes by: what its peer has announced, or what it remembers of it.
  limits const& limits_for(role sender);
  void begin_streams_anew(end& self);
  void on_stream_bytes(role sender, stream_id id, std::uint64_t end_offset, std::optional<std::uint64_t> final_size);
  void check_ack_is_in_time(role side);
  static bool may_speak_elsewhere(end const& self);
  void give_time(role side, road& on, instant now);
  void on_path_step(role side, road& on, event::path_updated const& e);
  void check_acks_at_once(role side);
  void check_marks(role side, road& on, wire::ack_frame const& ack);

  std::array<end, 2> ends_;
  new_beginnings beginnings_;
  std::uint64_t packets_ = 0;
  std::uint64_t early_packets_ = 0;
  instant now_;
};

}  // namespace quoin::property
