// SPDX-License-Identifier: BSL-1.0
/// \file
/// What happened, as plain structs: the currency of observers, tests and qlog (draft-ietf-quic-qlog-quic-events).
/// Views inside an event are valid only while the observer is being told.
#pragma once

#include <quoin/core/address.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/stream_id.hpp>
#include <quoin/core/time.hpp>

namespace quoin::event {

/// The kinds of packets (RFC 9000 17, RFC 8999 6).
enum class packet_kind : std::uint8_t {
  initial,
  zero_rtt,
  handshake,
  retry,
  version_negotiation,
  one_rtt,
  stateless_reset,
  unknown
};

/// A connection came into being at this endpoint.
struct connection_started {
  instant now;
  role self = role::client;
  network_path path;
  connection_id original_destination;  ///< the Destination Connection ID of the client's first Initial
  connection_id local;
  connection_id remote;
  quoin::version version = quoin::version::v1;
};

/// Transport parameters became known, ours or the peer's; encoded as in RFC 9000 18.
struct parameters_set {
  instant now;
  bool local = false;
  byte_view encoded;
  bool remembered = false;  ///< the peer's from an earlier connection, for early data (RFC 9000 7.4.1)
};

struct packet_sent {
  instant now;
  packet_kind kind = packet_kind::unknown;
  packet_number number = 0;
  byte_count size = 0;  ///< whole packet with header and tag
  byte_view frames;     ///< its plaintext payload; empty for Retry and Version Negotiation
  ecn mark = ecn::not_ect;
  path_id path = 0;
  std::uint32_t multipath_id = 0;  ///< whose packet number it is, where several paths are used
};

struct packet_received {
  instant now;
  packet_kind kind = packet_kind::unknown;
  packet_number number = 0;
  byte_count size = 0;
  byte_view frames;  ///< decrypted payload, before any frame was acted on
  ecn mark = ecn::not_ect;
  path_id path = 0;
  std::uint32_t multipath_id = 0;  ///< as for packets that are sent
};

enum class drop_reason : std::uint8_t {
  malformed_header,
  unknown_connection_id,
  unsupported_version,
  keys_unavailable,
  decryption_failure,
  duplicate,
  unexpected,  ///< a kind of packet that has no business in this state
  buffer_full,
};

/// A packet, or the rest of a datagram, was ignored.
struct packet_dropped {
  instant now;
  packet_kind kind = packet_kind::unknown;
  drop_reason reason = drop_reason::malformed_header;
  byte_count size = 0;
};

enum class loss_trigger : std::uint8_t { packet_threshold, time_threshold };

struct packet_lost {
  instant now;
  packet_space space = packet_space::application;
  packet_number number = 0;
  byte_count size = 0;
  loss_trigger trigger = loss_trigger::packet_threshold;
  std::uint32_t multipath_id = 0;  ///< as for packets that are sent
};

/// Recovery's numbers changed (RFC 9002).
struct metrics_updated {
  instant now;
  duration latest_rtt{};
  duration min_rtt{};
  duration smoothed_rtt{};
  duration rtt_variation{};
  byte_count congestion_window = 0;
  byte_count bytes_in_flight = 0;
  std::uint32_t pto_count = 0;
  byte_count pacing_rate = 0;      ///< bytes a second; 0 before a round trip was measured
  std::uint32_t multipath_id = 0;  ///< of the path that they are about, where several are used
};

struct key_updated {
  instant now;
  encryption_level level = encryption_level::initial;
  std::uint64_t phase = 0;  ///< key updates so far; 0 for the first keys (RFC 9001 6)
  bool discarded = false;   ///< keys of the level were thrown away (RFC 9001 4.9)
  bool remote = false;      ///< keys that open rather than seal; of an update, which is of both, that the peer began it
};

enum class path_step : std::uint8_t {
  validating,  ///< challenges are sent (RFC 9000 8.2.1)
  reached,     ///< a small one was answered: the address is proven, the size is not (RFC 9000 8.2.3)
  validated,   ///< a full-sized one was answered
  failed,      ///< none was, for too long (RFC 9000 8.2.4)
  used,        ///< packets go there from now on (RFC 9000 9)
  closed,      ///< it is not known any more
};

/// A path took a step.
struct path_updated {
  instant now;
  path_id id = 0;
  network_path path;
  path_step step = path_step::validating;
  std::uint32_t multipath_id = 0;  ///< the path ID that has this path, where several are used
};

/// The path in use carries datagrams of another size (RFC 8899).
struct mtu_updated {
  instant now;
  path_id path = 0;
  std::size_t before = 0;  ///< UDP payload
  std::size_t size = 0;
  bool done = false;  ///< nothing larger is going to be tried soon
};

enum class close_origin : std::uint8_t { local, peer, idle_timeout, stateless_reset, handshake_timeout };

struct connection_closed {
  instant now;
  close_origin origin = close_origin::local;
  bool application = false;  ///< the code is the application's (frame type 0x1d)
  std::uint64_t code = 0;
  std::uint64_t frame_type = 0;
  std::string_view reason;
};

}  // namespace quoin::event
