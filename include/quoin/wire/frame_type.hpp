// SPDX-License-Identifier: BSL-1.0
/// \file
/// The frame types of RFC 9000 and, in one table, which packets each may travel in and what it asks of its receiver;
/// the frames of extensions say the same of themselves, and join the table of those who read them.
#pragma once

#include <quoin/event/events.hpp>

#include <array>
#include <cstdint>

namespace quoin::wire {

/// Frame types (RFC 9000 12.4, 19). STREAM is any of 0x08 to 0x0f: its three low bits are flags. Those above
/// HANDSHAKE_DONE belong to extensions, and are unknown where these are not listed.
enum class frame_type : std::uint64_t {
  padding = 0x00,
  ping = 0x01,
  ack = 0x02,
  ack_ecn = 0x03,
  reset_stream = 0x04,
  stop_sending = 0x05,
  crypto = 0x06,
  new_token = 0x07,
  stream = 0x08,
  max_data = 0x10,
  max_stream_data = 0x11,
  max_streams_bidi = 0x12,
  max_streams_uni = 0x13,
  data_blocked = 0x14,
  stream_data_blocked = 0x15,
  streams_blocked_bidi = 0x16,
  streams_blocked_uni = 0x17,
  new_connection_id = 0x18,
  retire_connection_id = 0x19,
  path_challenge = 0x1a,
  path_response = 0x1b,
  connection_close = 0x1c,
  application_close = 0x1d,
  handshake_done = 0x1e,
  immediate_ack = 0x1f,    ///< draft-ietf-quic-ack-frequency 5
  reset_stream_at = 0x24,  ///< draft-ietf-quic-reliable-stream-reset 4
  datagram = 0x30,         ///< RFC 9221 4; 0x31 has a length
  ack_frequency = 0xaf,    ///< draft-ietf-quic-ack-frequency 4
};

/// The flags of a STREAM frame's type (RFC 9000 19.8).
inline constexpr std::uint64_t stream_fin_bit = 0x01;
inline constexpr std::uint64_t stream_length_bit = 0x02;
inline constexpr std::uint64_t stream_offset_bit = 0x04;

namespace detail {

inline constexpr std::uint8_t in_initial = 0x01;
inline constexpr std::uint8_t in_handshake = 0x02;
inline constexpr std::uint8_t in_zero_rtt = 0x04;
inline constexpr std::uint8_t in_one_rtt = 0x08;
inline constexpr std::uint8_t not_eliciting = 0x10;
inline constexpr std::uint8_t probing = 0x20;

inline constexpr std::uint8_t in_all = in_initial | in_handshake | in_zero_rtt | in_one_rtt;
inline constexpr std::uint8_t in_numbered_spaces = in_initial | in_handshake | in_one_rtt;
inline constexpr std::uint8_t with_data = in_zero_rtt | in_one_rtt;

/// RFC 9000 12.4, table 3, a row a type. 0-RTT is narrower than the table where RFC 9000 12.5 lets a server refuse what
/// a client cannot have had a reason to send: RETIRE_CONNECTION_ID.
inline constexpr std::array<std::uint8_t, 0x1f> frame_rules{
    in_all | not_eliciting | probing,    // PADDING
    in_all,                              // PING
    in_numbered_spaces | not_eliciting,  // ACK
    in_numbered_spaces | not_eliciting,  // ACK with ECN counts
    with_data,                           // RESET_STREAM
    with_data,                           // STOP_SENDING
    in_numbered_spaces,                  // CRYPTO
    in_one_rtt,                          // NEW_TOKEN
    with_data,                           // STREAM, 0x08 to 0x0f
    with_data,
    with_data,
    with_data,
    with_data,
    with_data,
    with_data,
    with_data,
    with_data,                  // MAX_DATA
    with_data,                  // MAX_STREAM_DATA
    with_data,                  // MAX_STREAMS, bidirectional
    with_data,                  // MAX_STREAMS, unidirectional
    with_data,                  // DATA_BLOCKED
    with_data,                  // STREAM_DATA_BLOCKED
    with_data,                  // STREAMS_BLOCKED, bidirectional
    with_data,                  // STREAMS_BLOCKED, unidirectional
    with_data | probing,        // NEW_CONNECTION_ID
    in_one_rtt,                 // RETIRE_CONNECTION_ID
    with_data | probing,        // PATH_CHALLENGE
    in_one_rtt | probing,       // PATH_RESPONSE
    in_all | not_eliciting,     // CONNECTION_CLOSE by the transport
    with_data | not_eliciting,  // CONNECTION_CLOSE by the application
    in_one_rtt,                 // HANDSHAKE_DONE
};

constexpr std::uint8_t packet_bit(event::packet_kind kind) noexcept {
  switch (kind) {
    case event::packet_kind::initial: return in_initial;
    case event::packet_kind::handshake: return in_handshake;
    case event::packet_kind::zero_rtt: return in_zero_rtt;
    case event::packet_kind::one_rtt: return in_one_rtt;
    case event::packet_kind::retry:
    case event::packet_kind::version_negotiation:
    case event::packet_kind::stateless_reset:
    case event::packet_kind::unknown: break;
  }
  return 0;
}

/// No rule for what is unknown: no packet may carry it.
constexpr std::uint8_t rules_of(std::uint64_t type) noexcept {
  return type < frame_rules.size() ? frame_rules[type] : std::uint8_t{0};
}

}  // namespace detail

/// For the `rules` of an extension's frame: it travels with application data in 0-RTT and 1-RTT packets, or in 1-RTT
/// packets alone. Both ask for an acknowledgement.
inline constexpr std::uint8_t with_application_data = detail::with_data;
inline constexpr std::uint8_t only_in_one_rtt = detail::in_one_rtt;
/// Beside one of these: it makes work and may be of no use, so that only so many are borne (RFC 9000 21.9).
inline constexpr std::uint8_t makes_work = 0x40;

/// Whether RFC 9000 defines a frame of this type.
constexpr bool is_known(std::uint64_t type) noexcept {
  return type < detail::frame_rules.size();
}

/// Whether a packet of this kind may carry a frame of this type (RFC 9000 12.4, 12.5); never for unknown types.
constexpr bool is_allowed(std::uint64_t type, event::packet_kind kind) noexcept {
  return (detail::rules_of(type) & detail::packet_bit(kind)) != 0;
}

/// Whether its receiver must acknowledge the packet soon (RFC 9000 13.2, RFC 9002 2); never for unknown types.
constexpr bool is_ack_eliciting(std::uint64_t type) noexcept {
  return is_known(type) && (detail::rules_of(type) & detail::not_eliciting) == 0;
}

/// Whether it may be sent on a path that is only being probed (RFC 9000 9.1); never for unknown types.
constexpr bool is_probing(std::uint64_t type) noexcept {
  return (detail::rules_of(type) & detail::probing) != 0;
}

}  // namespace quoin::wire
