// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection tells its application, and how it ended.
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/event/events.hpp>
#include <quoin/policy/congestion.hpp>
#include <quoin/policy/crypto.hpp>
#include <quoin/stream/stream_event.hpp>

#include <string>

namespace quoin {

/// Something that the application may want to act on. Events are taken with `connection::next_event`.
struct connection_event {
  enum class kind : std::uint8_t {
    early_data_accepted,  ///< client: the server took the early data; comes before `connected` (RFC 9001 4.6.2)
    early_data_rejected,  ///< client: it did not. `code` 0: all of it goes out again by itself; 1: another application
                          ///< protocol was chosen, and its streams are gone
    connected,            ///< the handshake is complete: `alpn()` is known and streams may be used (RFC 9001 4.1.1)
    confirmed,            ///< the peer is known to have completed it too (RFC 9001 4.1.2)
    stream_opened,        ///< the peer opened `id`
    stream_readable,      ///< `id` has bytes or its end to read
    stream_writable,      ///< `id` takes bytes again after `write` took less than it was given
    stream_reset,         ///< the peer gave up sending on `id`, with `code` (RFC 9000 3.2)
    stop_sending,         ///< the peer does not want what we send on `id`, with `code` (RFC 9000 3.5)
    stream_finished,      ///< everything that we sent on `id` has been acknowledged
    streams_available,    ///< more streams may be opened than when `open` last failed
    stream_size_known,    ///< the peer sends `code` bytes on `id` in all, if this is to be told (RFC 9000 4.5)
    datagrams_readable,   ///< a datagram waits to be read, where none did before (RFC 9221)
    datagrams_writable,   ///< datagrams are taken again after one was refused
    datagram_acked,       ///< the datagram with the number `code` arrived at the peer, if this is to be told
    datagram_lost,        ///< the datagram with the number `code` was lost or dropped, if this is to be told
    address_observed,     ///< the peer sees us at another address than before (draft-ietf-quic-address-discovery)
    path_changed,         ///< the peer is talked to over another path, which is validated: `path()`
    path_validated,       ///< a path that was asked for with `probe` works; `code` is its name
    path_failed,          ///< one that was asked for with `probe` or `migrate` does not; `code` is its name
    path_opened,          ///< a path may be used beside the others; `code` is its path ID (draft-ietf-quic-multipath)
    path_closed,          ///< one was abandoned, by either end or because nobody answers; `code` is its path ID
    closed,               ///< it is over; `close_reason()` says why
  };
  kind what = kind::connected;
  stream_id id;
  std::uint64_t code = 0;
};

/// What happened to a stream, as the connection tells it.
constexpr connection_event connection_event_of(stream_event const& event) {
  using from = stream_event::kind;
  using to = connection_event::kind;
  constexpr auto kind = [](from what) {
    switch (what) {
      case from::opened: return to::stream_opened;
      case from::readable: return to::stream_readable;
      case from::writable: return to::stream_writable;
      case from::reset_by_peer: return to::stream_reset;
      case from::stop_sending: return to::stop_sending;
      case from::send_finished: return to::stream_finished;
      case from::size_known: return to::stream_size_known;
      case from::streams_available: break;
    }
    return to::streams_available;
  };
  return {kind(event.what), event.id, event.code};
}

/// Why a connection ended.
struct close_info {
  event::close_origin origin = event::close_origin::local;
  bool application = false;  ///< `code` is the application's own, not one of RFC 9000 20.1
  std::uint64_t code = 0;
  std::uint64_t frame_type = 0;  ///< the frame that caused it, where the code is the transport's
  std::string reason;            ///< for people; from a peer at most limits::close_reason bytes
  std::string detail{};          ///< what TLS or the network had to say about it here; the peer is not told
};

/// Where a connection stands. Counts are since its start; bytes are UDP payload.
struct connection_statistics {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t packets_dropped = 0;  ///< received and ignored: duplicates, forgeries, what no key opens
  byte_count bytes_sent = 0;
  byte_count bytes_received = 0;
  rtt_values rtt;
  byte_count congestion_window = 0;
  byte_count bytes_in_flight = 0;
  std::uint32_t pto_count = 0;
  std::size_t datagram_size = 0;  ///< of the largest datagrams sent now (RFC 9000 14)
  std::uint64_t migrations = 0;   ///< how often another path was taken into use (RFC 9000 9)
  std::uint64_t key_phase = 0;    ///< key updates so far (RFC 9001 6)
  bool resumed = false;           ///< an earlier session was resumed (RFC 9001 4.5)
  early_data_status early_data = early_data_status::none;
};

}  // namespace quoin
