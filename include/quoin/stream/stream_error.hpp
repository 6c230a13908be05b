// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why an application's wish about a stream cannot be granted. Never the peer's fault, and never the connection's end.
#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace quoin {

enum class stream_errc : std::uint8_t {
  unknown_stream,    ///< never opened, or gone
  wrong_direction,   ///< reading from a stream that we only send on, or the other way round
  already_finished,  ///< nothing follows after `finish`, or after the end was read
  was_reset,         ///< by us or by the peer, or the peer asked us to stop
  limit_reached,     ///< the peer allows no more streams now; `streams_available` tells when
  connection_closed,
  not_ready,    ///< the peer's limits are not known yet
  not_written,  ///< more is to be delivered than was written
  unsupported,  ///< the peer does not speak the extension
};

/// A value, or why the stream cannot give it.
template <class T = void>
using stream_result = basic_result<T, stream_errc>;

constexpr std::string_view name_of(stream_errc error) noexcept {
  switch (error) {
    case stream_errc::unknown_stream: return "unknown stream";
    case stream_errc::wrong_direction: return "wrong direction";
    case stream_errc::already_finished: return "already finished";
    case stream_errc::was_reset: return "was reset";
    case stream_errc::limit_reached: return "stream limit reached";
    case stream_errc::connection_closed: return "connection closed";
    case stream_errc::not_ready: return "not ready";
    case stream_errc::not_written: return "not written";
    case stream_errc::unsupported: return "unsupported by the peer";
  }
  return "unknown stream error";
}

}  // namespace quoin
