// SPDX-License-Identifier: BSL-1.0
/// \file
/// The extension `reset_stream_at`: a stream is given up, but its beginning still arrives
/// (draft-ietf-quic-reliable-stream-reset).
#pragma once

#include <quoin/policy/extensions.hpp>
#include <quoin/stream/stream_error.hpp>
#include <quoin/wire/frame/reset_stream_at.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

namespace quoin {

/// There is nothing to say.
struct reset_stream_at_settings {};

/// Where the streams stand is known to the streams; here is only whether the peer speaks it.
class reset_stream_at_state : public extension_hooks {
 public:
  static constexpr std::uint64_t parameter = 0x1d;  ///< reset_stream_at

  explicit reset_stream_at_state(reset_stream_at_settings const&) noexcept {}

  template <class State>
  void write_parameters(State const&, byte_writer& out) noexcept {
    wire::write_flag_parameter(out, parameter);
  }

  template <class State, class Parameters>
  result<> on_parameters(State&, Parameters const&, byte_view encoded) {
    auto const found = wire::find_flag_parameter(encoded, parameter);
    if (!found) return unexpected{found.error()};
    peer_listens_ = *found;
    return {};
  }

  template <class State, class Sink>
  result<> on_frame(State& state, wire::reset_stream_at_frame const& frame, Sink&, instant) {
    return state.streams.on_reset_stream_at(frame);
  }

  [[nodiscard]] bool peer_listens() const noexcept { return peer_listens_; }

 private:
  bool peer_listens_ = false;
};

struct reset_stream_at;

/// What an application does with it: `connection.extension<quoin::reset_stream_at>()`.
template <class State>
class reset_stream_at_api {
 public:
  explicit reset_stream_at_api(State& connection) noexcept : connection_(connection) {}

  /// Whether the peer takes such resets; without, `reset` says `unsupported` and `connection::reset` is what there is.
  [[nodiscard]] bool peer_listens() const noexcept {
    return connection_.extensions.template get<reset_stream_at>().peer_listens();
  }

  /// Gives up sending on a stream, but delivers its first `reliable_size` bytes, which must have been written:
  /// `not_written` else. The peer's application gets them and then the reset with `code`. May be done again with a
  /// smaller size, which `connection::reset` does with none; the code stays what it was. `was_reset` when the size is
  /// not smaller, `already_finished` when everything has arrived.
  stream_result<> reset(stream_id id, std::uint64_t code, std::uint64_t reliable_size) {
    if (!connection_.usable()) return unexpected{stream_errc::connection_closed};
    if (!peer_listens()) return unexpected{stream_errc::unsupported};
    return connection_.unless_broken(
        [&] { return connection_.streams.reset_at(id, std::min(code, varint_max), reliable_size); });
  }

 private:
  State& connection_;
};

/// draft-ietf-quic-reliable-stream-reset.
struct reset_stream_at {
  static constexpr std::string_view name = "reset_stream_at";
  using frames = wire::frame_list<wire::reset_stream_at_frame>;
  using settings = reset_stream_at_settings;
  using state = reset_stream_at_state;
  template <class State>
  using api = reset_stream_at_api<State>;
};

}  // namespace quoin
