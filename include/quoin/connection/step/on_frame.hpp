// SPDX-License-Identifier: BSL-1.0
/// \file
/// What each frame of an authentic packet does (RFC 9000 19). Every frame has been validated in full before it gets
/// here.
#pragma once

#include <quoin/connection/step/handshake.hpp>
#include <quoin/connection/step/on_ack.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/connection/step/paths.hpp>
#include <quoin/wire/frames.hpp>

namespace quoin::step {

/// Handles the frames of one packet; `sink` is offered stream bytes as views into the packet.
template <class Stack, class Sink>
struct frame_handler {
  connection_state<Stack>& state;
  Sink& sink;
  encryption_level level;
  connection_id const& destination;  ///< the ID that the packet was addressed to
  network_path const& path;          ///< where it came
  std::uint64_t key_phase;           ///< of the keys that opened it, where the level is 1-RTT
  instant now;

  result<> operator()(wire::padding_frame const&) { return {}; }
  result<> operator()(wire::ping_frame const&) {
    repeat_flight_early();
    return {};
  }

  result<> operator()(wire::ack_frame const& frame) {
    return on_path_zero([&] { return on_ack(state, level, frame, key_phase, now); });
  }

  result<> operator()(wire::crypto_frame const& frame) {
    auto& stream = state.crypto_of(space_of(level));
    // RFC 9369 4.1: a server sends CRYPTO frames in the version that it has chosen.
    state.version_settled = true;
    // RFC 9001 4.1.3: a level that handed over to the next brings repetitions, but nothing new.
    if (has_next_keys() && stream.is_new(frame))
      return fail(error_code::protocol_violation, "CRYPTO data at a level that is over");
    if (!stream.is_new(frame)) repeat_flight_early();
    QUOIN_TRY(stream.on_frame(frame, [&](byte_view bytes) { return on_crypto_bytes(state, level, bytes, now); }));
    if (has_next_keys() && stream.has_waiting())
      return fail(error_code::protocol_violation, "CRYPTO data left over at a key change");
    return {};
  }

  result<> operator()(wire::stream_frame const& frame) {
    if (frame.data.empty() && !frame.fin) QUOIN_TRY(bear_one_more());
    if (withholds_early_data(state)) {
      takes_nothing nobody;
      return state.streams.on_stream(frame, now, state.recovery.rtt().smoothed, nobody);
    }
    return state.streams.on_stream(frame, now, state.recovery.rtt().smoothed, sink);
  }
  result<> operator()(wire::reset_stream_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    return state.streams.on_reset_stream(frame);
  }
  result<> operator()(wire::stop_sending_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    return state.streams.on_stop_sending(frame);
  }
  result<> operator()(wire::max_data_frame const& frame) { return state.streams.on_max_data(frame); }
  result<> operator()(wire::max_stream_data_frame const& frame) { return state.streams.on_max_stream_data(frame); }
  result<> operator()(wire::max_streams_frame const& frame) { return state.streams.on_max_streams(frame); }
  result<> operator()(wire::data_blocked_frame const& frame) { return state.streams.on_data_blocked(frame); }
  result<> operator()(wire::stream_data_blocked_frame const& frame) {
    return state.streams.on_stream_data_blocked(frame);
  }
  result<> operator()(wire::streams_blocked_frame const& frame) { return state.streams.on_streams_blocked(frame); }

  result<> operator()(wire::new_token_frame const& frame) {
    if (state.self == role::server) return fail(error_code::protocol_violation, "NEW_TOKEN from a client");
    QUOIN_TRY(bear_one_more());
    if (frame.token.size() <= limits::token_size) state.received_token.assign(frame.token.begin(), frame.token.end());
    return {};
  }

  result<> operator()(wire::new_connection_id_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    return on_path_zero([&] { return state.peer_ids.on_new_connection_id(frame); });
  }
  result<> operator()(wire::retire_connection_id_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    return on_path_zero([&] { return on_retire_connection_id(state, frame.sequence, destination); });
  }

  result<> operator()(wire::path_challenge_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    state.path_responses.owe(frame.data, path);
    return {};
  }
  result<> operator()(wire::path_response_frame const& frame) {
    QUOIN_TRY(bear_one_more());
    on_path_response(state, frame.data, now);
    return {};
  }

  result<> operator()(wire::connection_close_frame const& frame) {
    auto const reason = as_text(frame.reason.first(std::min(frame.reason.size(), limits::close_reason)));
    drain(state, {event::close_origin::peer, frame.application, frame.code, frame.frame_type, std::string{reason}},
          now);
    // RFC 9000 10.2.2: nothing has a meaning any more, so the rest of the packet is not looked at.
    return fail(error_code::no_error, "closed by the peer");
  }

  result<> operator()(wire::handshake_done_frame const&) {
    if (state.self == role::server) return fail(error_code::protocol_violation, "HANDSHAKE_DONE from a client");
    QUOIN_TRY(bear_one_more());
    on_confirmed(state, now);
    return {};
  }

  /// What the stack's extensions bring.
  template <wire::extension_frame Frame>
  result<> operator()(Frame const& frame) {
    if constexpr ((Frame::rules & wire::makes_work) != 0) QUOIN_TRY(bear_one_more());
    if (withholds_early_data(state)) {
      takes_nothing nobody;
      return state.extensions.on_frame(state, frame, nobody, now);
    }
    return state.extensions.on_frame(state, frame, sink, now);
  }

 private:
  /// RFC 9000 21.9: what makes work and may be of no use is borne as often as the settings say.
  result<> bear_one_more() {
    if (state.nuisances.spend(now)) return {};
    return fail(error_code::protocol_violation, "more frames that lead to nothing than are borne");
  }

  struct takes_nothing {
    std::size_t on_stream_data(stream_id, byte_view, bool) { return 0; }
    /// Datagrams may be dropped, and one that may be a replay had better be (RFC 9221 5.3).
    void on_datagram(byte_view) {}
  };

  /// Frames without a path ID are about path 0, wherever they came (draft-ietf-quic-multipath 2.3, 3.2).
  template <class Act>
  result<> on_path_zero(Act&& act) {
    if constexpr (speaks_multipath<Stack>) {
      if (level == encryption_level::one_rtt) return on_path(state, 0, act);
    }
    return act();
  }

  /// RFC 9002 6.2.3: a client that repeats itself or probes in Initial packets has not got all of our first flight, and
  /// a server that does so in Handshake packets has not got our Finished. What is missing goes out once more before our
  /// own timer, by then perhaps far backed off, would send it. Within the 3x limit.
  void repeat_flight_early() {
    bool const server = state.self == role::server;
    auto& ours = state.crypto_of(packet_space::handshake);
    bool const missed = server ? level == encryption_level::initial && !state.handshake_complete
                               : level == encryption_level::handshake && !ours.all_acked();
    if (!missed || state.early_flights == limits::early_flights) return;
    ++state.early_flights;
    if (server) state.crypto_of(packet_space::initial).send_again();
    ours.send_again();
  }

  /// Whether TLS reads the level after this one by now.
  bool has_next_keys() const {
    return level == encryption_level::initial
               ? state.handshake_keys.can_open()
               : level == encryption_level::handshake && state.application_keys.can_open();
  }
};

}  // namespace quoin::step
