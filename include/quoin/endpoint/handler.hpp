// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an endpoint calls when something happens.
#pragma once

#include <quoin/connection/connection.hpp>

#include <concepts>
#include <type_traits>

namespace quoin {

/// Whether a handler declares `static constexpr bool takes_stream_data = true`.
template <class H>
inline constexpr bool handles_stream_data = [] {
  if constexpr (requires { std::remove_cvref_t<H>::takes_stream_data; })
    return std::remove_cvref_t<H>::takes_stream_data;
  else
    return false;
}();

/// Whether a handler declares `static constexpr bool takes_early_data = true`: it knows that what it is told of a
/// server's connection before `connected` may be a replay (RFC 9001 9.2).
template <class H>
inline constexpr bool handles_early_data = [] {
  if constexpr (requires { std::remove_cvref_t<H>::takes_early_data; })
    return std::remove_cvref_t<H>::takes_early_data;
  else
    return false;
}();

template <class H, class Stack>
concept stream_data_handler = requires(H& handler, connection<Stack>& on, stream_id id, byte_view bytes) {
  { handler.on_stream_data(on, id, bytes, true) } -> std::same_as<std::size_t>;
};

/// `handler.on_event(connection, event)` is called for every event. A handler that declares
/// `static constexpr bool takes_stream_data = true` must also have `on_stream_data(connection, id, bytes, fin)`, which
/// is offered in-order stream bytes as views and returns how many it has consumed; for connections of which it says
/// `keeps_for_reading(connection)` it takes none, nor ends that come without bytes. One that has
/// `on_datagram(connection, bytes)` is given every datagram as a view, and none is kept. One that declares
/// `static constexpr bool takes_early_data = true` is told of early data at once, if it has no `wants_early_data()`
/// that says otherwise. One that has `on_receive_error(std::error_code)` is told when nothing can be received any more,
/// and why, where the `io` knows; the endpoint goes on and tries again. A handler may use every connection and start
/// others, but not run the endpoint.
template <class H, class Stack>
concept endpoint_handler = requires(H& handler, connection<Stack>& on, connection_event const& event) {
  handler.on_event(on, event);
}
&&(!handles_stream_data<H> || stream_data_handler<H, Stack>);

/// Whether a handler has `on_datagram(connection, bytes)`, which is given datagrams as views (RFC 9221).
template <class H, class Stack>
concept datagram_handler = requires(H& handler, connection<Stack>& on, byte_view bytes) {
  handler.on_datagram(on, bytes);
};

/// Lets a connection that was accepted show early data to a handler that declares that it takes some; with a
/// `bool wants_early_data()` it may leave that to its settings.
template <class H, class Stack>
void accept_replayable_for(H const& handler, connection<Stack>& accepted) {
  if constexpr (handles_early_data<H>) {
    if constexpr (requires { handler.wants_early_data(); }) {
      if (handler.wants_early_data()) accepted.accept_replayable();
    } else {
      accepted.accept_replayable();
    }
  }
}

/// Offers one connection's stream bytes to the endpoint's handler, and its datagrams.
template <class Stack, class H>
struct stream_data_sink {
  static constexpr bool takes_stream_data = handles_stream_data<H>;
  H& handler;
  connection<Stack>& on;

  std::size_t on_stream_data(stream_id id, byte_view bytes, bool fin) {
    if constexpr (takes_stream_data)
      return handler.on_stream_data(on, id, bytes, fin);
    else
      return 0;
  }

  /// The handler leaves what this connection's streams bring to whoever reads it.
  [[nodiscard]] bool keeps_for_reading() const {
    if constexpr (requires { handler.keeps_for_reading(on); })
      return handler.keeps_for_reading(on);
    else
      return false;
  }

  void on_datagram(byte_view bytes) requires datagram_handler<H, Stack> { handler.on_datagram(on, bytes); }
};

}  // namespace quoin
