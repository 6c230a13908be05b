// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which frames may travel in which packets, and from whom: RFC 9000 12.4 (table 3), 12.5, 19.7 and 19.20 typed by
/// hand, so that a slip of the library's own table does not go unseen. Of the 0-RTT column RETIRE_CONNECTION_ID is
/// missing: RFC 9000 12.5 lets a server refuse it, and ours does. Behind them stand the frames of the extensions that
/// the test stack lists (RFC 9221 5, draft-ietf-quic-ack-frequency 3, draft-ietf-quic-reliable-stream-reset 4).
#pragma once

#include "hostile_peer.hpp"

#include <array>
#include <string_view>

namespace quoin::testing {

/// Who may send a frame.
enum class sender_rule : std::uint8_t { both, server_only };

struct frame_row {
  char const* name;
  std::uint64_t type;
  std::string_view packets;  ///< in table 3's letters: Initial, Handshake, 0-RTT, 1-RTT
  sender_rule from = sender_rule::both;
  error_code refused = error_code::protocol_violation;  ///< how a connection ends that gets it elsewhere
};

inline constexpr std::array frame_table{
    frame_row{"PADDING", 0x00, "IH01"},
    frame_row{"PING", 0x01, "IH01"},
    frame_row{"ACK", 0x02, "IH_1"},
    frame_row{"ACK with ECN counts", 0x03, "IH_1"},
    frame_row{"RESET_STREAM", 0x04, "__01"},
    frame_row{"STOP_SENDING", 0x05, "__01"},
    frame_row{"CRYPTO", 0x06, "IH_1"},
    frame_row{"NEW_TOKEN", 0x07, "___1", sender_rule::server_only},
    frame_row{"STREAM", 0x08, "__01"},
    frame_row{"STREAM fin", 0x09, "__01"},
    frame_row{"STREAM len", 0x0a, "__01"},
    frame_row{"STREAM len fin", 0x0b, "__01"},
    frame_row{"STREAM off", 0x0c, "__01"},
    frame_row{"STREAM off fin", 0x0d, "__01"},
    frame_row{"STREAM off len", 0x0e, "__01"},
    frame_row{"STREAM off len fin", 0x0f, "__01"},
    frame_row{"MAX_DATA", 0x10, "__01"},
    frame_row{"MAX_STREAM_DATA", 0x11, "__01"},
    frame_row{"MAX_STREAMS bidi", 0x12, "__01"},
    frame_row{"MAX_STREAMS uni", 0x13, "__01"},
    frame_row{"DATA_BLOCKED", 0x14, "__01"},
    frame_row{"STREAM_DATA_BLOCKED", 0x15, "__01"},
    frame_row{"STREAMS_BLOCKED bidi", 0x16, "__01"},
    frame_row{"STREAMS_BLOCKED uni", 0x17, "__01"},
    frame_row{"NEW_CONNECTION_ID", 0x18, "__01"},
    frame_row{"RETIRE_CONNECTION_ID", 0x19, "___1"},
    frame_row{"PATH_CHALLENGE", 0x1a, "__01"},
    frame_row{"PATH_RESPONSE", 0x1b, "___1"},
    frame_row{"CONNECTION_CLOSE", 0x1c, "IH01"},
    frame_row{"CONNECTION_CLOSE of the application", 0x1d, "__01"},
    frame_row{"HANDSHAKE_DONE", 0x1e, "___1", sender_rule::server_only},
    frame_row{"IMMEDIATE_ACK", 0x1f, "___1"},
    frame_row{"RESET_STREAM_AT", 0x24, "__01"},
    frame_row{"DATAGRAM", 0x30, "__01"},
    frame_row{"DATAGRAM len", 0x31, "__01"},
    frame_row{"ACK_FREQUENCY", 0xaf, "___1"},
};

constexpr bool is_allowed_by_table(frame_row const& row, encryption_level level, role sender) {
  constexpr std::string_view letters = "I0H1";  // in the order of encryption_level
  if (row.from == sender_rule::server_only && sender != role::server) return false;
  return row.packets.find(letters[index_of(level)]) != std::string_view::npos;
}

/// A frame of a row that changes nothing where it is allowed; `acked` is a packet number that the victim has used.
inline bytes harmless_frame(frame_row const& row, hostile_peer const& peer, packet_number acked) {
  auto const bidi = peer.own_stream(stream_direction::bidirectional);
  auto const uni = peer.own_stream(stream_direction::unidirectional);
  auto const t = row.type;
  switch (t) {
    case 0x02: return numbers({t, acked, 0, 0, 0});
    case 0x03: return numbers({t, acked, 0, 0, 0, 0, 0, 0});
    case 0x04: return numbers({t, uni, 7, 0});
    case 0x05: return numbers({t, bidi, 7});
    case 0x06: return numbers({t, 0, 0});
    case 0x07: return numbers({t, 1, 9});
    case 0x08:
    case 0x09: return numbers({t, uni});
    case 0x0a:
    case 0x0b:
    case 0x0c:
    case 0x0d: return numbers({t, uni, 0});
    case 0x0e:
    case 0x0f: return numbers({t, uni, 0, 0});
    case 0x11:
    case 0x15: return numbers({t, bidi, 5});
    case 0x18: return new_id(1, 0, 0x31, 0x32);
    case 0x1a:
    case 0x1b: return numbers({t}) + repeated(8, 0x33);
    case 0x1c: return numbers({t, 0, 0, 0});
    case 0x1d: return numbers({t, 0, 0});
    case 0x00:
    case 0x01:
    case 0x1e:
    case 0x1f:
    case 0x30: return numbers({t});
    case 0x24: return numbers({t, uni, 7, 0, 0});
    case 0xaf: return numbers({t, 0, 1, 25'000, 1});
    case 0x31: return numbers({t, 0});
    default: return numbers({t, t == 0x19 ? 1U : 5U});
  }
}

}  // namespace quoin::testing
