// SPDX-License-Identifier: BSL-1.0
/// \file
/// What happened to a stream that its application may want to know (RFC 9000 2.4).
#pragma once

#include <quoin/core/stream_id.hpp>

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
  };

  kind what = kind::opened;
  stream_id id;
  std::uint64_t code = 0;

  constexpr bool operator==(stream_event const&) const = default;
};

}  // namespace quoin
