// SPDX-License-Identifier: BSL-1.0
/// \file
/// A handler that keeps the frames it is given, and ways to get frames to it.
#pragma once

#include <quoin/wire/frames.hpp>

#include "bytes.hpp"

#include <list>
#include <stdexcept>
#include <string>
#include <variant>

namespace wire_test {

using any_frame = std::variant<
    quoin::wire::padding_frame, quoin::wire::ping_frame, quoin::wire::ack_frame, quoin::wire::reset_stream_frame,
    quoin::wire::stop_sending_frame, quoin::wire::crypto_frame, quoin::wire::new_token_frame, quoin::wire::stream_frame,
    quoin::wire::max_data_frame, quoin::wire::max_stream_data_frame, quoin::wire::max_streams_frame,
    quoin::wire::data_blocked_frame, quoin::wire::stream_data_blocked_frame, quoin::wire::streams_blocked_frame,
    quoin::wire::new_connection_id_frame, quoin::wire::retire_connection_id_frame, quoin::wire::path_challenge_frame,
    quoin::wire::path_response_frame, quoin::wire::connection_close_frame, quoin::wire::handshake_done_frame>;

struct recorder {
  std::vector<any_frame> frames;

  template <class Frame>
  quoin::result<> operator()(Frame const& frame) {
    frames.emplace_back(frame);
    return {};
  }
};

inline bytes encoded(any_frame const& frame) {
  bytes room(2048);
  quoin::byte_writer writer{room};
  std::visit([&](auto const& f) { write(writer, f); }, frame);
  return copy_of(writer.written());
}

/// The first frame that `payload` holds, in a 1-RTT packet; the payload is kept, for the frame may point into it.
template <class Frame>
Frame only(bytes payload) {
  static std::list<bytes> kept;
  kept.push_back(std::move(payload));
  recorder seen;
  auto const outcome = quoin::wire::read_frames(kept.back(), quoin::event::packet_kind::one_rtt, seen);
  if (!outcome) throw std::runtime_error(std::string{outcome.error().reason});
  return std::get<Frame>(seen.frames.at(0));
}

/// The error that `payload` leads to in a packet of `kind`; NO_ERROR when it is fine.
inline quoin::transport_error error_of(bytes const& payload,
                                       quoin::event::packet_kind kind = quoin::event::packet_kind::one_rtt) {
  recorder seen;
  auto const outcome = quoin::wire::read_frames(payload, kind, seen);
  return outcome ? quoin::transport_error{quoin::error_code::no_error, {}, 0} : outcome.error();
}

}  // namespace wire_test
