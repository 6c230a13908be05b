// SPDX-License-Identifier: BSL-1.0
/// \file
/// The extension `multipath`: several paths at a time, each with its own packet numbers, loss recovery and congestion
/// control (draft-ietf-quic-multipath). Which path carries what says the stack's `path_scheduler`.
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/policy/extensions.hpp>
#include <quoin/wire/frame/multipath.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <algorithm>

namespace quoin {

struct multipath_values {
  /// Paths beside the first that may be used at a time; more than `limits::multipath_paths` count as that. 0 offers
  /// nothing: what each path costs is for the application to decide.
  std::uint32_t paths = 0;
};

struct multipath_settings {
  multipath_values multipath;
};

/// Settings and the transport parameter; the paths themselves are part of the connection.
class multipath_state : public extension_hooks {
 public:
  static constexpr std::uint64_t parameter = 0x3e;  ///< initial_max_path_id

  template <class Settings>
  explicit multipath_state(Settings const& chosen)
      : paths_(std::min<std::uint32_t>(chosen.multipath.paths, limits::multipath_paths)) {}

  /// draft-ietf-quic-multipath 2.1: only who has a connection ID, and a peer with one, can say so.
  template <class State>
  void write_parameters(State const& state, byte_writer& out) noexcept {
    offered_ = paths_ > 0 && !state.first_local_id.empty() && !state.peer_ids.without_ids();
    if (offered_) wire::write_number_parameter(out, parameter, paths_);
  }

  /// draft-ietf-quic-multipath 2.1: path IDs have 32 bits, and packets need connection IDs to say theirs.
  template <class State, class Parameters>
  result<> on_parameters(State& state, Parameters const&, byte_view encoded) {
    auto const found = wire::find_number_parameter(encoded, parameter);
    if (!found) return unexpected{found.error()};
    if (!*found) return {};
    if (**found > wire::path_id_max)
      return fail(error_code::transport_parameter_error, "initial_max_path_id above 2^32-1");
    if (state.peer_ids.without_ids() || state.first_local_id.empty())
      return fail(error_code::protocol_violation, "initial_max_path_id with a zero-length connection ID");
    if (offered_) state.path_spaces.negotiate(paths_, static_cast<std::uint32_t>(**found));
    return {};
  }

  template <class State>
  [[nodiscard]] bool has_frames(State const& state) const noexcept {
    return has_multipath_frames(state);
  }

  template <class State>
  void write_frames(State& state, byte_writer& writer, extension_record& record, frame_place place, bool, instant) {
    if (place == frame_place::before_streams) write_multipath_frames(state, writer, record);
  }

  template <class State, class Frame, class Sink>
  result<> on_frame(State& state, Frame const& frame, Sink&, instant now) {
    // Without a word of ours about it, the frame is one that nobody has defined.
    if (!offered_) return fail(error_code::frame_encoding_error, "multipath was not offered");
    return on_multipath_frame(state, frame, now);
  }

  template <class State>
  void on_acked(State& state, sent_frame const& frame, instant) {
    on_multipath_acked(state, frame);
  }

  template <class State>
  void on_lost(State& state, sent_frame const& frame, instant) {
    on_multipath_lost(state, frame);
  }

 private:
  std::uint32_t paths_;
  bool offered_ = false;
};

/// What an application does with it: `connection.extension<quoin::multipath>()`. Paths are named by their path IDs,
/// which are the same at both ends; 0 is the one of the handshake.
template <class State>
class multipath_api {
 public:
  explicit multipath_api(State& connection) noexcept : connection_(connection) {}

  /// Whether both ends have agreed to it: known when the connection is `connected`.
  [[nodiscard]] bool agreed() const noexcept { return connection_.path_spaces.negotiated(); }

  /// Client: opens a path from `local`, at which the `io` receives, to an address of the server, and returns its ID. It
  /// is used once the server has answered there, which the event `path_opened` tells; `path_closed` that nobody
  /// answered. Errors: `no_multipath`, `server`, `not_confirmed`, `forbidden`, `no_connection_id` and `too_many`; after
  /// the last two the server is told, and another attempt may succeed (draft-ietf-quic-multipath 3.1).
  template <class Address, class Instant>
  auto open_path(Address const& local, Address const& remote, Instant now) {
    return multipath_open(connection_, local, remote, now);
  }

  /// Gives a path up, with everything on the way there sent again elsewhere if it does not arrive; `path_closed`
  /// follows. Errors: `unknown_path`, and `last_path` when no other is open (draft-ietf-quic-multipath 3.4).
  template <class Instant>
  auto abandon_path(std::uint32_t path, Instant now) {
    return multipath_abandon(connection_, path, now);
  }

  /// Tells the peer to use a path only when no other works, and does so here; or takes that back. May be said of an ID
  /// before its path is opened (draft-ietf-quic-multipath 3.3).
  auto set_backup(std::uint32_t path, bool backup) { return multipath_prefer(connection_, path, backup); }

  /// Every path that was opened and is not forgotten yet, with what is known of it.
  [[nodiscard]] auto paths() const { return multipath_paths(connection_); }

 private:
  State& connection_;
};

/// draft-ietf-quic-multipath.
struct multipath {
  static constexpr std::string_view name = "multipath";
  using frames = wire::multipath_frames;
  using settings = multipath_settings;
  using state = multipath_state;
  template <class State>
  using api = multipath_api<State>;
};

}  // namespace quoin
