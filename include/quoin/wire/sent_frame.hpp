// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is remembered of a frame that was sent, so that its loss or acknowledgement can be acted on (RFC 9000 13.3).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/types.hpp>

namespace quoin {

/// One frame of a packet in flight. Frames carry no bytes here: what was in them is found again by offset or sequence.
struct sent_frame {
  enum class kind : std::uint8_t {
    ack,  ///< offset: the largest packet number acknowledged
    ping,
    crypto,                ///< offset, length
    stream,                ///< id, offset, length, fin
    reset_stream,          ///< id
    stop_sending,          ///< id
    max_data,              ///< offset: the limit
    max_stream_data,       ///< id, offset: the limit
    max_streams_bidi,      ///< offset: the limit
    max_streams_uni,       ///< offset: the limit
    data_blocked,          ///< offset: the limit
    stream_data_blocked,   ///< id, offset: the limit
    streams_blocked_bidi,  ///< offset: the limit
    streams_blocked_uni,   ///< offset: the limit
    new_connection_id,     ///< id: the sequence number
    retire_connection_id,  ///< id: the sequence number
    new_token,
    handshake_done,
    mtu_probe,        ///< id: the path, length: the datagram's size
    reset_stream_at,  ///< id, offset: the reliable size
    extension,        ///< length: the extension's place in the stack's list; the rest means what it wants
  };

  kind what = kind::ping;
  bool fin = false;
  std::uint32_t length = 0;
  std::uint64_t id = 0;
  std::uint64_t offset = 0;

  constexpr bool operator==(sent_frame const&) const = default;
};

/// The frames of one packet; a frame that finds no place here waits for the next packet.
using sent_frames = static_vector<sent_frame, 64>;

}  // namespace quoin
