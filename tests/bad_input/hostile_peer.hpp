// SPDX-License-Identifier: BSL-1.0
/// \file
/// A peer that may do anything: it has the keys of its side of a connection and no protocol that would hold it back. It
/// takes a real connection to the point that a test wants, sends whatever bits and frames the test says, sealed or not,
/// and reads everything that comes back.
#pragma once

#include "../tested_version.hpp"
#include "frame_bytes.hpp"
#include "watched_victim.hpp"

#include <quoin/base/interval_set.hpp>
#include <quoin/buffer/reassembly_buffer.hpp>
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace quoin::testing {

using victim_connection = connection<test_stack>;

inline constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
inline constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

/// How far the handshake has come.
enum class stage : std::uint8_t {
  start,      ///< Initial keys only; a client has sent its first flight
  handshake,  ///< both hellos are through: Handshake keys at both ends
  complete,   ///< the victim's TLS is through; a server's then counts as confirmed
  confirmed,  ///< everything sent so far is acknowledged
};

/// A CONNECTION_CLOSE of the victim's.
struct close_seen {
  encryption_level level = encryption_level::initial;
  bool application = false;
  std::uint64_t code = 0;
  std::uint64_t frame_type = 0;
  std::string reason;
};

/// A packet of the victim's.
struct packet_seen {
  encryption_level level = encryption_level::initial;
  packet_number number = 0;
  std::uint64_t phase = 0;   ///< key updates before its keys
  std::size_t datagram = 0;  ///< as `hostile_peer::datagrams` counts
  std::size_t datagram_size = 0;
  std::uint16_t port = 0;  ///< where the datagram went
  ecn mark = ecn::not_ect;
  bool fixed_bit = true;
  connection_id destination;
  connection_id source;                ///< of a long header
  std::vector<std::uint64_t> frames;   ///< their types, without padding
  std::optional<packet_number> acked;  ///< Largest Acknowledged
  std::optional<wire::reset_stream_frame> reset;
  std::vector<std::uint64_t> retired;  ///< by RETIRE_CONNECTION_ID frames
  bytes crypto;

  [[nodiscard]] bool holds(std::uint64_t type) const;
  /// RFC 9002 2: it has more than ACK, PADDING and CONNECTION_CLOSE frames.
  [[nodiscard]] bool is_ack_eliciting() const;
};

/// What differs from an honest packet.
struct packet_options {
  std::uint8_t reserved_bits = 0;  ///< or-ed into the first byte under its protection
  bool fixed_bit = true;
  bool forged = false;                    ///< the tag is wrong
  std::optional<packet_number> number{};  ///< else the next one
  std::size_t number_size = 4;
  std::uint64_t phase = 0;       ///< key updates before the 1-RTT keys that seal it
  bool wrong_phase_bit = false;  ///< the bit says the other phase
  std::optional<connection_id> destination{};
  std::optional<connection_id> source{};
  std::vector<std::uint8_t> token{};
  std::optional<std::uint32_t> version{};  ///< else the one that the connection speaks
  std::optional<std::uint64_t> length{};   ///< what the Length field of a long header says
};

/// What differs from an honest start.
struct peer_options {
  transport_settings settings{};                   ///< of the victim
  extension_settings_of<test_stack> extensions{};  ///< of the victim
  quoin::version version = tested_version();       ///< of the client's first flight, whoever is the client
  bool more_versions = false;                      ///< the victim speaks all of its settings, not that version alone
  /// Changes the peer's transport parameters before they are sent.
  std::function<void(wire::transport_parameters&)> edit{};
  /// Takes the place of the encoded parameters.
  std::function<bytes(bytes)> edit_encoded{};
  std::vector<std::string> alpn{"test"};
  std::size_t first_destination_size = 8;
  bool reports_marks = false;   ///< its acknowledgements say with which ECN marks packets came
  bool notes_packets = false;   ///< each of them, which takes memory
  bool zero_length_id = false;  ///< the peer is addressed without a connection ID
  std::shared_ptr<null_handshake::config const> victim_config{};
  bytes session{};                                  ///< of a client: to resume
  bool early_data = false;                          ///< of a client: offered with it
  std::shared_ptr<null_sessions const> sessions{};  ///< of a server
  std::optional<client_session> victim_session{};   ///< of the victim as a client
  preferred_addresses preferred{};                  ///< of the victim as a server
};

/// See the top of this file. `self` is the peer's role; the victim has the other one.
class hostile_peer {
 public:
  explicit hostile_peer(role self, stage until = stage::start, peer_options options = {});

  /// Goes on honestly until the victim has reached a stage.
  void advance_to(stage until);

  // ---- what it may do

  /// A packet with this payload, sealed with the keys of `level`.
  bytes packet(encryption_level level, byte_view payload, packet_options const& options = {});
  /// The same as a datagram of its own, large enough for an Initial, and delivered.
  void send(encryption_level level, byte_view payload, packet_options const& options = {});
  /// Any datagram.
  void deliver(bytes datagram);
  /// Handshake bytes that were not said yet, in CRYPTO frames of an honest packet.
  void send_handshake(encryption_level level);
  /// Goes over to the Initial keys that follow from another Destination Connection ID, as after a Retry.
  void use_initial_keys_of(connection_id const& destination) { install_initial(destination); }
  /// Goes over to the keys and headers of another version.
  void use_version(version v);
  /// Acknowledges everything received at `level`.
  void acknowledge(encryption_level level);

  // ---- what came back

  /// Takes and reads everything that the victim wants to send; returns the number of datagrams.
  std::size_t absorb();
  /// Lets time pass, with everything that falls due on the way.
  void pass(duration time);

  /// Whether packets of a level can be sealed.
  [[nodiscard]] bool has_keys(encryption_level level) const { return seal_[index_of(level)].header.has_value(); }
  [[nodiscard]] role self() const { return self_; }
  [[nodiscard]] version spoken() const { return version_; }
  /// The n-th stream of a direction that an end opens.
  [[nodiscard]] std::uint64_t own_stream(stream_direction direction, std::uint64_t index = 0) const;
  [[nodiscard]] std::uint64_t victims_stream(stream_direction direction, std::uint64_t index = 0) const;
  [[nodiscard]] connection_id const& victim_id() const { return victim_id_; }
  [[nodiscard]] connection_id const& own_id() const { return own_id_; }
  [[nodiscard]] connection_id const& first_destination() const { return first_destination_; }
  /// The next packet number at a level.
  [[nodiscard]] packet_number next_number(encryption_level level) const { return next_[index_of(space_of(level))]; }
  interval_set const& received(encryption_level level) const { return received_[index_of(space_of(level))]; }

  instant now{std::chrono::seconds{100}};

  /// Where its datagrams seem to come from and go to, and what the victim sent to each address.
  std::optional<socket_address> seems_at{};
  std::optional<socket_address> talks_to{};
  std::map<std::uint16_t, std::size_t> sent_to_port;
  /// The Destination Connection ID of the newest packet that went to a port.
  [[nodiscard]] connection_id addressed_as(std::uint16_t port) const;
  watched<victim_connection> victim;

  std::vector<close_seen> closes;
  std::vector<packet_seen> packets;             ///< in the order of their coming, where they are noted
  std::map<std::uint64_t, std::size_t> frames;  ///< how many of each type came
  std::map<std::uint64_t, bytes> stream_data;   ///< by stream, assuming order
  std::vector<wire::new_connection_id_frame> issued_ids;
  std::vector<std::uint64_t> retired_ids;
  std::vector<std::array<std::uint8_t, 8>> path_challenges;
  std::vector<std::array<std::uint8_t, 8>> path_responses;
  std::vector<packet_number> acked_by_victim;  ///< Largest Acknowledged of its 1-RTT ACK frames
  std::size_t datagrams = 0;
  std::size_t bytes_sent_by_victim = 0;
  std::size_t bytes_sent_to_victim = 0;
  std::size_t unreadable = 0;              ///< packets of the victim's that the peer has no keys for
  std::uint64_t opened_phase = 0;          ///< key updates before the keys of the victim's newest packet
  version spoken_by_victim = version::v1;  ///< in its newest long header

  /// What the victim said of itself (RFC 9000 7.4).
  bytes victim_parameters;

  /// The newest session that the victim gave as a server.
  bytes session;

  /// Handshake bytes to be sent at each level, for tests that want to change them.
  std::array<bytes, encryption_level_count> handshake_bytes;

  /// The packet that is read.
  packet_seen& reading() { return reading_; }

 private:
  struct direction_keys {
    std::optional<null_header_key> header;
    std::vector<traffic_secret> secrets;  // one a phase
    std::vector<null_packet_key> packets;
  };

  void build_victim();
  void start_client();
  void start_server();
  void begin_tls();
  void start_over();
  void install_initial(connection_id const& client_destination);
  void install(direction_keys& keys, byte_view secret);
  void add_phases(direction_keys& keys, std::uint64_t phase);
  void drain_tls();
  void read_datagram(byte_span datagram);
  bool open_packet(encryption_level level, byte_span packet, std::size_t number_offset);
  void read_payload(encryption_level level, byte_view payload);

  role self_;
  peer_options options_;
  version version_;
  connection_id initial_key_id_;
  connection_id own_id_;
  connection_id first_destination_;
  connection_id victim_id_;
  bool victim_answered_ = false;
  std::unique_ptr<null_handshake> tls_;
  std::array<direction_keys, encryption_level_count> seal_;
  std::array<direction_keys, encryption_level_count> open_;
  std::array<packet_number, packet_space_count> next_{};
  std::array<interval_set, packet_space_count> received_;
  std::array<ecn_counts, packet_space_count> marks_{};
  packet_seen reading_;  // the packet that is read
  std::array<std::uint64_t, encryption_level_count> handshake_sent_{};
  std::array<std::unique_ptr<reassembly_buffer>, encryption_level_count> handshake_in_;
};

std::shared_ptr<null_handshake::config const> handshake_config(std::vector<std::string> alpn = {"test"});

}  // namespace quoin::testing
