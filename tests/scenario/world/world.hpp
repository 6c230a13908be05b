// SPDX-License-Identifier: BSL-1.0
/// \file
/// The lab behind a facade that is compiled once: what scenarios and property tests see of two endpoints, their
/// connections, the network between them and the packets on it. Includes no connection, so that a scenario compiles
/// in no time.
#pragma once

#include "party.hpp"

#include <quoin/sim/network.hpp>
#include <quoin/testing/sim_offload.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quoin::scenario {

using namespace std::chrono_literals;

/// Which stack both endpoints are made of.
enum class flavour : std::uint8_t {
  plain,      ///< null crypto, NewReno, round robin
  strict,     ///< null crypto, CUBIC, strict priority
  modelling,  ///< null crypto, BBR, urgency and incremental
  scalable,   ///< null crypto, Prague, weighted fair
  first_in,   ///< null crypto, NewReno with HyStart++, first in first out
  logged,     ///< plain, and everything is written as qlog
  botan,      ///< real TLS and real packet protection, NewReno, round robin
};

/// Is told what the observers of all connections are told. `connection` counts the connections of a side from 0.
class watcher {
 public:
  virtual ~watcher() = default;
  virtual void on(role, std::size_t, event::connection_started const&) {}
  virtual void on(role, std::size_t, event::packet_sent const&) {}
  virtual void on(role, std::size_t, event::packet_received const&) {}
  virtual void on(role, std::size_t, event::packet_dropped const&) {}
  virtual void on(role, std::size_t, event::packet_lost const&) {}
  virtual void on(role, std::size_t, event::metrics_updated const&) {}
  virtual void on(role, std::size_t, event::parameters_set const&) {}
  virtual void on(role, std::size_t, event::path_updated const&) {}
  virtual void on(role, std::size_t, event::mtu_updated const&) {}
  virtual void on(role, std::size_t, event::key_updated const&) {}
  virtual void on(role, std::size_t, event::connection_closed const&) {}
  /// Everything that was due at this moment is done.
  virtual void after_serve() {}
};

struct world_options {
  std::uint64_t seed = 1;
  instant start{};  ///< what all clocks show when it begins
  flavour stack = flavour::plain;
  socket_address client_at = socket_address::v4(10, 0, 0, 1, 5000);
  socket_address server_at = socket_address::v4(10, 0, 0, 2, 443);
  duration one_way_delay = 10ms;
  sim::link_settings link{};  ///< both directions; `one_way_delay` is added to its delay
  transport_settings client{};
  transport_settings server{};
  datagram_settings datagrams{};                       ///< at both ends
  ack_frequency_settings ack_frequency{.ask = false};  ///< at both ends
  address_discovery_settings address_discovery{};      ///< at both ends
  bool require_retry = false;
  preferred_addresses preferred{};  ///< the server's
  std::size_t max_connections = 10'000;
  std::size_t max_unvalidated = 128;
  std::size_t hello_padding = 0;          ///< null crypto: makes the ClientHello longer
  std::size_t server_flight_padding = 0;  ///< null crypto: makes the server's flight longer
  std::vector<std::string> client_alpn{"lab"};
  std::vector<std::string> server_alpn{"lab"};
  bool post_quantum = false;  ///< Botan: the client offers a hybrid key share of 1.2 kB
  cipher_suite suite = cipher_suite::aes_128_gcm_sha256;
  unsigned tickets = 0;             ///< that the server gives on each connection
  bool early_data = false;          ///< the server accepts it
  bool takes_replays = false;       ///< its application wants early data at once
  std::uint8_t session_secret = 1;  ///< servers with the same one take each other's tickets
  std::size_t strikes = 1000;       ///< null crypto: capacity of the strike register
  std::vector<std::uint8_t> session_context{};
  bool retry_hello = false;   ///< Botan: the server wants another group than the client sends a share of
  bool log = true;            ///< keep every packet in `world::packets`
  std::string qlog_folder{};  ///< `flavour::logged`: where the logs go
  watcher* watch = nullptr;
};

/// One frame, reduced to its numbers.
struct seen_frame {
  wire::frame_type type{};  ///< STREAM frames are all `stream`
  std::uint64_t id = 0;     ///< stream, sequence number, data of a path's challenge, or a CONNECTION_CLOSE's frame type
  std::uint64_t value = 0;  ///< offset, limit, code, largest acknowledged, or Retire Prior To
  std::uint64_t length = 0;  ///< of data; the final size in a RESET_STREAM
  bool fin = false;
  std::vector<std::pair<packet_number, packet_number>> ranges;  ///< of an ACK, highest first
  ecn_counts marks;                                             ///< of an ACK
  duration delay{};                                             ///< of an ACK, with the default exponent
};

/// Something that happened to a packet at one side.
struct seen_packet {
  enum class fate : std::uint8_t { sent, received, dropped, lost };
  fate what = fate::sent;
  role side = role::client;
  std::size_t connection = 0;
  duration at{};  ///< since the beginning of the world
  event::packet_kind kind = event::packet_kind::unknown;
  packet_number number = 0;
  byte_count size = 0;
  ecn mark = ecn::not_ect;
  path_id path = 0;
  event::drop_reason reason{};    ///< of what was dropped
  event::loss_trigger trigger{};  ///< of what was lost
  std::vector<seen_frame> frames;

  [[nodiscard]] seen_frame const* find(wire::frame_type type) const;
  [[nodiscard]] bool has(wire::frame_type type) const { return find(type) != nullptr; }
};

/// Recovery's numbers at one side.
struct seen_metrics {
  role side = role::client;
  duration at{};
  event::metrics_updated values;
};

/// A step of a path at one side.
struct seen_path_step {
  role side = role::client;
  duration at{};
  event::path_updated what;
};

/// A change of the datagram size at one side.
struct seen_mtu {
  role side = role::client;
  duration at{};
  event::mtu_updated what;
};

class backend;
class reporter;

/// Two endpoints in virtual time, and an application at each that reads what comes and writes what it was told to.
class world {
 public:
  explicit world(world_options chosen = {});
  ~world();
  world(world const&) = delete;
  world& operator=(world const&) = delete;

  static socket_address client_address() { return socket_address::v4(10, 0, 0, 1, 5000); }
  static socket_address server_address() { return socket_address::v4(10, 0, 0, 2, 443); }

  // ---- parts

  sim::network& network();
  sim::link& uplink();    ///< from client to server
  sim::link& downlink();  ///< from server to client
  /// Ends of connections by age, dead ones too; asking for one that never was fails the test.
  party& client(std::size_t index = 0);
  party& server(std::size_t index = 0);
  party& of(role side) { return side == role::client ? client() : server(); }
  [[nodiscard]] std::size_t count(role side) const;
  /// Connections that an endpoint holds now.
  [[nodiscard]] std::size_t alive(role side) const;
  [[nodiscard]] std::string const& trace() const;

  [[nodiscard]] sim::host_id host(role side) const;
  /// The most turns that an endpoint has needed to be done with what was due at one moment.
  [[nodiscard]] unsigned most_turns() const;

  // ---- deeds

  party& connect(std::string server_name = "server.test", bool early_data = false);
  /// A connection that ends well, so that the client has a session for the next one; false when it does not.
  bool get_session();
  /// Connects offering early data, and sends `size` bytes of it on a stream of its own. Nothing has arrived yet.
  party& connect_early(std::uint64_t size, stream_direction direction = stream_direction::bidirectional);
  /// Sends more early data on another stream.
  stream_id start_early(party& from, stream_direction direction, std::uint64_t size);
  /// Connects and goes on until both sides have confirmed the handshake; false when that does not happen.
  bool establish(duration patience = 60s);
  /// A NAT in front of the client goes on with another port, or with another address: what the server sends to the one
  /// before is lost. Returns the address that the server sees from now on.
  socket_address rebind_port();
  socket_address rebind_address();
  /// The host gets one more address, to migrate to.
  socket_address open_local(role side, socket_address const& address);
  void close_local(role side, socket_address const& address);
  /// The host's interface that has this address is gone: what would leave from it is refused.
  void take_down(role side, socket_address const& local);
  /// The host's interface takes no larger datagrams from now on.
  void set_interface_mtu(role side, std::size_t mtu);
  /// Card and kernel of a host, also when its endpoint is replaced.
  void set_offload(role side, sim_offload const& offload);
  /// A host's clock stands still for a while of the network's time, and goes on where it stood or, with `catches_up`,
  /// where it would be. Invariants and the times of `packets` know of one clock only.
  void stop_clock(role side, duration span, bool catches_up);
  /// A host's clock jumps ahead.
  void step_clock(role side, duration by);
  /// The server loses everything but its static key.
  void restart_server();
  /// The same, and it comes back as another one.
  void replace_server(std::function<void(world_options&)> const& change);
  /// Sends any datagram from the host of `side`, claiming any source.
  void forge(role side, socket_address const& source, socket_address const& destination,
             std::vector<std::uint8_t> bytes);

  /// Opens a stream and lets the application write `size` bytes of its pattern, as flow control and buffers allow.
  stream_id start(party& from, stream_direction direction, std::uint64_t size, bool finish = true);
  /// The same on a stream that is open.
  void write(party& from, stream_id id, std::uint64_t size, bool finish = true);
  /// Whether `to` has got all of `size` bytes of the pattern and the end.
  [[nodiscard]] static bool got(party const& to, stream_id id, std::uint64_t size);
  /// `start`, then goes on until everything has arrived; false when it does not, or is not what was sent.
  bool transfer(role from, std::uint64_t size, duration patience = 60s,
                stream_direction direction = stream_direction::unidirectional);

  // ---- time

  /// Since the beginning of the world.
  [[nodiscard]] duration now() const;
  [[nodiscard]] instant deadline() const;
  void serve();
  bool step();
  void advance(duration span);
  bool run_until(std::function<bool()> const& reached, duration patience = 60s);
  /// Until nothing is under way and no timer is due within `quiet`, which by default outlasts delayed acknowledgements.
  void settle(duration quiet = 50ms);

  // ---- what was seen

  std::vector<seen_packet> packets;
  std::vector<seen_metrics> metrics;
  std::vector<seen_path_step> path_steps;
  std::vector<seen_mtu> mtus;
  [[nodiscard]] std::size_t count_steps(role side, event::path_step step) const;

  using predicate = std::function<bool(seen_packet const&)>;
  [[nodiscard]] std::vector<seen_packet> select(seen_packet::fate what, role side, predicate const& which = {}) const;
  [[nodiscard]] std::vector<seen_packet> sent(role side, predicate const& which = {}) const;
  [[nodiscard]] std::vector<seen_packet> received(role side, predicate const& which = {}) const;
  [[nodiscard]] std::vector<seen_packet> sent_with(role side, wire::frame_type type) const;
  [[nodiscard]] std::size_t dropped(role side, event::drop_reason reason) const;

 private:
  world_options options_;
  socket_address seen_as_ = client_address();
  std::unique_ptr<reporter> archive_;
  std::unique_ptr<backend> backend_;
};

/// What a packet of one kind is.
inline world::predicate of_kind(event::packet_kind kind) {
  return [kind](seen_packet const& p) { return p.kind == kind; };
}

/// For scripts of links: whether a datagram begins with a packet of this kind.
bool begins_with(sim::datagram const& what, event::packet_kind kind);
/// Whether one of the packets that are coalesced in it is of this kind; not for Retry.
bool contains(sim::datagram const& what, event::packet_kind kind);

using event::packet_kind;
using wire::frame_type;
using fate = seen_packet::fate;

}  // namespace quoin::scenario

using namespace quoin;
using namespace quoin::scenario;
