// SPDX-License-Identifier: BSL-1.0
/// \file
/// What happened to a stream that its application may want to know (RFC 9000 2.4).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/core/types.hpp>

namespace quoin {

struct stream_event {
  enum class kind : std::uint8_t {
    opened,             ///< by the peer
    readable,           ///< bytes or the end are there to be read
    writable,           ///< a write that was cut short may go on
    reset_by_peer,      ///< with `code`; what was not read is gone (RFC 9000 3.2)
    stop_sending,       ///< the peer does not want the rest, for `code` (RFC 9000 3.5)
    send_finished,      ///< every byte and the end are acknowledged
    streams_available,  ///< more streams of the direction of `id` may be opened; its number means nothing
    size_known,         ///< of a stream that is watched for it: the peer sends `code` bytes on it in all (RFC 9000 4.5)
  };

  kind what = kind::opened;
  stream_id id;
  std::uint64_t code = 0;

  constexpr bool operator==(stream_event const&) const = default;
};

/// How far a stream has come, as flow control counts it.
struct stream_sizes {
  byte_count received = 0;  ///< by the peer's account: the highest offset that it used
  byte_count consumed = 0;  ///< of that, in order and by the application
  byte_count sent = 0;      ///< what was written; after a reset, what the peer counts of that

  constexpr bool operator==(stream_sizes const&) const = default;
};

}  // namespace quoin
