// SPDX-License-Identifier: BSL-1.0
/// \file
/// The caps on everything that grows by what a peer sends, in one place. Each says what happens when it is reached.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

namespace quoin::limits {

/// Bytes of one encryption level's CRYPTO stream that may wait, and gaps among them; beyond: CRYPTO_BUFFER_EXCEEDED.
/// Any 4096 bytes must find room, so every second one of them may be missing (RFC 9000 7.5).
inline constexpr byte_count crypto_buffer = 64 * 1024;
inline constexpr std::size_t crypto_gaps = 2048;

/// Ranges of received packet numbers remembered for ACK frames; beyond: the lowest is forgotten (RFC 9000 13.2.3).
inline constexpr std::size_t ack_ranges = 64;

/// Gaps in one stream's received data; beyond: PROTOCOL_VIOLATION (RFC 9000 21.7).
inline constexpr std::size_t stream_gaps = 1024;

/// PATH_RESPONSE frames owed; beyond: the oldest is dropped (RFC 9000 8.2.2).
inline constexpr std::size_t path_responses = 8;

/// Paths that a connection knows at a time; beyond: the oldest that is not in use gives way, one not validated first
/// (RFC 9000 9.3, 21.9).
inline constexpr std::size_t paths = 4;

/// Paths given up in a row without having been validated; beyond: no new one is looked at for a while (RFC 9000 9.3.3).
inline constexpr unsigned path_failures = 5;
inline constexpr duration path_pause = std::chrono::seconds{5};

/// Path IDs beside 0 that a connection keeps state for at a time, whatever its settings say; the peer may use no higher
/// one: PROTOCOL_VIOLATION (draft-ietf-quic-multipath 4). Connection IDs that we issue for each of them.
inline constexpr std::size_t multipath_paths = 8;
inline constexpr std::size_t multipath_connection_ids = 2;

/// Connection IDs of the peer that we store; more active ones: CONNECTION_ID_LIMIT_ERROR (RFC 9000 5.1.1).
inline constexpr std::size_t peer_connection_ids = 8;

/// Connection IDs that we hand out at most, whatever the peer allows (RFC 9000 5.1.1).
inline constexpr std::size_t issued_connection_ids = 8;

/// How often an ID is drawn again because it is taken; beyond: the last one, which then leads to who has it.
inline constexpr unsigned id_attempts = 64;

/// RETIRE_CONNECTION_ID frames not yet acknowledged; beyond: CONNECTION_ID_LIMIT_ERROR (RFC 9000 5.1.2).
inline constexpr std::size_t retirements = 3 * peer_connection_ids;

/// Packets kept until their keys arrive; beyond: dropped (RFC 9001 5.7).
inline constexpr std::size_t undecryptable_packets = 10;
inline constexpr byte_count undecryptable_bytes = 16 * 1024;

/// Coalesced packets looked at in one datagram; beyond: ignored (RFC 9000 12.2).
inline constexpr std::size_t coalesced_packets = 8;

/// Bytes of a CONNECTION_CLOSE reason that are kept; beyond: cut.
inline constexpr std::size_t close_reason = 256;

/// How long a handshake may take; beyond: the connection is given up (RFC 9000 21.6).
inline constexpr duration handshake_time = std::chrono::seconds{10};

/// How often handshake data are sent again because the peer repeats its own, not because a timer says so; beyond: the
/// timer decides alone (RFC 9002 6.2.3).
inline constexpr unsigned early_flights = 4;

/// Packets sealed with one key before a key update is started, and before the connection is ended (RFC 9001 6.6).
inline constexpr std::uint64_t key_update_packets = std::uint64_t{1} << 20;
inline constexpr std::uint64_t sealed_packets = std::uint64_t{1} << 22;

/// Address validation tokens for later connections that a client keeps per server (RFC 9000 8.1.3).
inline constexpr std::size_t stored_tokens = 4;

/// Versions that a peer lists as available; beyond: checked and forgotten, but for the one it chose (RFC 9368 3).
inline constexpr std::size_t available_versions = 16;

/// Sessions that a client keeps per server and application protocol, and servers that it keeps some of; beyond: the
/// oldest goes (RFC 8446 4.6.1).
inline constexpr std::size_t stored_sessions = 4;
inline constexpr std::size_t session_servers = 64;

/// 0-RTT packets of clients whose Initial has not come yet: clients, packets and bytes of each, and how long they are
/// kept; beyond: dropped (RFC 9000 5.2.2).
inline constexpr std::size_t early_clients = 32;
inline constexpr std::size_t early_packets = 8;
inline constexpr byte_count early_bytes = 16 * 1024;
inline constexpr duration early_wait = std::chrono::milliseconds{100};

/// The longest token that is kept or sent (RFC 9000 8.1).
inline constexpr std::size_t token_size = 512;

/// The smallest datagram that carries an Initial packet, and the smallest path (RFC 9000 14).
inline constexpr std::size_t initial_datagram = 1200;

/// What a datagram that only asks or answers on a path takes at most, where less than a full-sized one may be sent.
inline constexpr std::size_t smallest_probe = 64;

/// The 3 of "three times": bytes sent to an address not validated per byte received from it (RFC 9000 8).
inline constexpr byte_count amplification_factor = 3;

}  // namespace quoin::limits
