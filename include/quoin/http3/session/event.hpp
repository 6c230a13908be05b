// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a session tells its application.
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/http3/wire/error.hpp>

namespace quoin::http3 {

struct session_event {
  enum class kind : std::uint8_t {
    interim,   ///< client: an interim response; its fields are good until the next event is asked for
    head,      ///< a request, or a final response, has begun: `session::head` and `fields`
    content,   ///< content can be read; told again only after a read found none
    trailers,  ///< `session::trailers`
    end,       ///< the peer's message is complete, and was as long as it said
    writable,  ///< content is taken again after less was taken than given
    stopped,   ///< the peer does not want the rest of our message, for `code`
    failed,  ///< nothing more comes of this exchange, for `code`. H3_REQUEST_REJECTED: it may be tried again elsewhere
    over,    ///< the last word about an exchange: `id` means nothing from now on
    settings,  ///< the peer's settings have come
    goaway,    ///< the peer is about to end the connection: clients make no more requests on it (RFC 9114 5.2)
    requests_available,  ///< client: more requests may be opened than when `open` last failed

    // Of WebTransport's sessions; `context` is that of their request.
    held_datagrams,     ///< some came before the session: `data_streams::take_held_datagram`
    stream_opened,      ///< `id` is a stream of the peer's in the session
    stream_readable,    ///< it can be read; told again only after a read found nothing
    stream_end,         ///< it has come to its end
    stream_reset,       ///< the peer gave up sending on it, for `code`
    stream_writable,    ///< bytes are taken again after less was taken than given
    stream_stopped,     ///< the peer does not want what we send on it, for `code`
    stream_over,        ///< the last word about it
    streams_available,  ///< more streams may be opened than when that last failed; `id` tells the direction
  };

  kind what = kind::head;
  stream_id id;
  std::uint64_t code = 0;
  void* context = nullptr;  ///< of the exchange, even when it is over
};

}  // namespace quoin::http3
