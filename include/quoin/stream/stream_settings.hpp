// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an endpoint decides about the streams of a connection, and the initial limits that its peer announces.
#pragma once

#include <quoin/core/types.hpp>

namespace quoin {

/// Ours. The windows and counts must be those of the transport parameters that we send (RFC 9000 18.2).
struct stream_settings {
  role self = role::client;
  byte_count connection_window = 16 * 1024 * 1024;
  byte_count max_connection_window = 64 * 1024 * 1024;  ///< what it may grow to
  byte_count stream_window = 1024 * 1024;
  byte_count max_stream_window = 16 * 1024 * 1024;
  std::uint64_t bidi_streams = 100;  ///< that the peer may have open at a time
  std::uint64_t uni_streams = 100;
  byte_count send_buffer = 1024 * 1024;  ///< bytes that copying writes may leave waiting on one stream
};

/// The peer's, as its transport parameters say it (RFC 9000 18.2); directions are from the peer's point of view.
struct peer_stream_limits {
  std::uint64_t data = 0;
  std::uint64_t stream_data_bidi_local = 0;
  std::uint64_t stream_data_bidi_remote = 0;
  std::uint64_t stream_data_uni = 0;
  std::uint64_t streams_bidi = 0;
  std::uint64_t streams_uni = 0;
};

}  // namespace quoin
