// SPDX-License-Identifier: BSL-1.0
/// \file
/// How received bytes reach the application: offered to a sink as they arrive, or fetched by reading.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/stream_id.hpp>

namespace quoin {

/// What a read gave: bytes, and whether the stream's end was reached with them.
struct read_outcome {
  std::size_t size = 0;
  bool fin = false;
  constexpr bool operator==(read_outcome const&) const = default;
};

/// Takes no stream data: everything is kept for `read`, `peek` and `consume`.
struct no_stream_sink {
  static constexpr bool takes_stream_data = false;
  std::size_t on_stream_data(stream_id, byte_view, bool) const noexcept { return 0; }
};

/// Whether a sink is told of ends that come without bytes: it says so by `takes_stream_data`.
template <class Sink>
inline constexpr bool takes_stream_data = [] {
  if constexpr (requires { Sink::takes_stream_data; })
    return Sink::takes_stream_data;
  else
    return false;
}();

/// Whether a sink has taken a bare end that it was told of: all do that are told, but for those that keep some of their
/// streams for reading, and say so by `keeps_for_reading()`.
template <class Sink>
constexpr bool takes_bare_end(Sink const& sink) {
  if constexpr (requires { sink.keeps_for_reading(); })
    return takes_stream_data<Sink> && !sink.keeps_for_reading();
  else
    return takes_stream_data<Sink>;
}

}  // namespace quoin
