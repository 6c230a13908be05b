// SPDX-License-Identifier: BSL-1.0
/// \file
/// What HTTP/3 needs of the connection below it: streams, and datagrams where there are some (RFC 9114 3, 6).
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/time.hpp>
#include <quoin/policy/scheduler.hpp>
#include <quoin/stream/stream_error.hpp>
#include <quoin/stream/stream_event.hpp>

#include <concepts>
#include <optional>
#include <string_view>

namespace quoin::http3 {

/// What an end of a connection can do beyond streams.
struct transport_abilities {
  bool datagrams = false;
  bool partial_resets = false;  ///< RESET_STREAM_AT
};

/// A QUIC connection, or what passes for one. Its calls mean what those of `quoin::connection` mean:
///   `self()`, `now()`              our role, and the time
///   `open(direction)`              a new stream; `limit_reached` until a `streams_available` event
///   `write(id, bytes)`             how many were taken; a `writable` event follows when that is not all
///   `finish(id)`, `reset(id, code)`, `stop_sending(id, code)`
///   `reset_at(id, code, n)`        a reset that spares the first n bytes, where both ends can do that
///   `has_reset_at()`               whether they can
///   `peek(id)`, `consume(id, n)`   received bytes where they lie; credit is given for what is consumed, and only then
///   `sizes(id)`                    how far a stream has come, as flow control counts it; nothing when it is gone
///   `watch_size(id)`               a `size_known` event follows when it is known how much the peer sends in all
///   `prioritize(id, priority)`     a hint to the scheduler
///   `close(code, reason)`          ends the connection with an application error code
///   `abilities()`                  what our end can do, whether or not the peer can
///   `max_datagram()`               the largest datagram that may be sent now; 0 when none
///   `send_datagram(bytes)`         whether it was taken
/// What happens is told to `session::on_event`.
template <class T>
concept transport = requires(T& on, T const& asked, stream_id id, byte_view bytes, std::uint64_t code,
                             std::size_t count, stream_direction direction, stream_priority priority,
                             std::string_view reason) {
  { asked.self() } -> std::same_as<role>;
  { asked.now() } -> std::same_as<instant>;
  { on.open(direction) } -> std::same_as<stream_result<stream_id>>;
  { on.write(id, bytes) } -> std::same_as<stream_result<std::size_t>>;
  { on.finish(id) } -> std::same_as<stream_result<>>;
  { on.reset(id, code) } -> std::same_as<stream_result<>>;
  { on.reset_at(id, code, count) } -> std::same_as<stream_result<>>;
  { on.has_reset_at() } -> std::same_as<bool>;
  { on.stop_sending(id, code) } -> std::same_as<stream_result<>>;
  { on.peek(id) } -> std::same_as<stream_result<byte_view>>;
  { on.consume(id, count) } -> std::same_as<stream_result<bool>>;
  { asked.sizes(id) } -> std::same_as<std::optional<stream_sizes>>;
  { on.watch_size(id) } -> std::same_as<stream_result<>>;
  { on.prioritize(id, priority) } -> std::same_as<stream_result<>>;
  { on.close(code, reason) } -> std::same_as<void>;
  { on.abilities() } -> std::same_as<transport_abilities>;
  { on.max_datagram() } -> std::same_as<std::size_t>;
  { on.send_datagram(bytes) } -> std::same_as<bool>;
};

}  // namespace quoin::http3
