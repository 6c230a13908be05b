// SPDX-License-Identifier: BSL-1.0
/// \file
/// The door for early data: only what may be replayed fits through it (RFC 9001 4.6, 9.2).
#pragma once

#include <quoin/connection/step/state.hpp>

#include <concepts>

namespace quoin {

template <class Stack>
class connection;

/// A client's streams while the handshake is not complete; afterwards the same as those of the connection. Bytes leave
/// at once in 0-RTT packets if they can, and otherwise with the first 1-RTT packets; they are said again if the server
/// rejects them. Good for as long as its connection.
template <class Stack>
class early_streams {
 public:
  explicit early_streams(connection<Stack>& of) noexcept : of_(&of) {}

  /// Opens a stream under the limits remembered from last time.
  stream_result<stream_id> open(stream_direction direction) {
    if (!usable()) return unexpected{stream_errc::connection_closed};
    return of_->open_any(direction);
  }

  /// Copies as many bytes as the send buffer takes and returns their number.
  template <std::convertible_to<byte_view> Bytes>
  stream_result<std::size_t> write(stream_id id, replay_safe<Bytes> const& bytes) {
    if (!usable()) return unexpected{stream_errc::connection_closed};
    return of_->write_any(id, bytes.value());
  }

  /// For whoever has forgotten the promise.
  template <class T>
  stream_result<std::size_t> write(stream_id, T const&) {
    static_assert(sizeof(T) == 0,
                  "quoin: early data can be replayed by whoever records it -- say replay_safe{bytes} of a request that "
                  "may be carried out twice, or write it on the connection itself");
    return 0;
  }

  /// Nothing more will be written.
  stream_result<> finish(stream_id id) {
    if (!usable()) return unexpected{stream_errc::connection_closed};
    return of_->finish_any(id);
  }

 private:
  [[nodiscard]] bool usable() const { return !of_->closing(); }

  connection<Stack>* of_;
};

}  // namespace quoin
