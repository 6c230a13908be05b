// SPDX-License-Identifier: BSL-1.0
/// \file
/// Writes the frames about streams that are not STREAM frames: limits, resets, and the word that a limit is in the way.
#pragma once

#include <quoin/stream/stream_limits.hpp>
#include <quoin/stream/stream_state.hpp>
#include <quoin/wire/frame/flow.hpp>
#include <quoin/wire/frame/stream.hpp>
#include <quoin/wire/sent_frame.hpp>

namespace quoin::detail {

/// Writes into one packet as long as there is room for a frame and for the memory of it.
class control_writer {
 public:
  control_writer(byte_writer& writer, sent_frames& frames) noexcept : writer_(writer), frames_(frames) {}

  /// RFC 9000 19.9, 19.12
  bool connection(receive_window& window, bool& limit_lost, send_credit& credit) {
    if (limit_lost || window.update_due()) {
      if (!put(wire::max_data_frame{window.next_limit()}, sent_frame::kind::max_data, 0, window.next_limit()))
        return false;
      window.announce();
      limit_lost = false;
    }
    return blocked(credit, wire::data_blocked_frame{credit.limit()}, sent_frame::kind::data_blocked);
  }

  /// RFC 9000 19.11, 19.14
  bool counts(stream_direction direction, receive_window& theirs, bool& limit_lost, send_credit& ours) {
    bool const bidi = direction == stream_direction::bidirectional;
    if (limit_lost || theirs.update_due()) {
      auto const limit = theirs.next_limit();
      if (!put(wire::max_streams_frame{direction, limit},
               bidi ? sent_frame::kind::max_streams_bidi : sent_frame::kind::max_streams_uni, 0, limit))
        return false;
      theirs.announce();
      limit_lost = false;
    }
    return blocked(ours, wire::streams_blocked_frame{direction, ours.limit()},
                   bidi ? sent_frame::kind::streams_blocked_bidi : sent_frame::kind::streams_blocked_uni);
  }

  /// Everything owed about one stream; false when not all of it found room.
  bool stream(stream_state& one) {
    return (!one.sends || send_side(one.id, one.send)) && (!one.receives || receive_side(one.id, one.receive));
  }

 private:
  template <class Frame>
  bool put(Frame const& frame, sent_frame::kind what, std::uint64_t id, std::uint64_t value) {
    if (frames_.full() || !wire::write(writer_, frame)) return false;
    frames_.push_back({what, false, 0, id, value});
    return true;
  }

  template <class Frame>
  bool blocked(send_credit& credit, Frame const& frame, sent_frame::kind what) {
    if (!credit.owes_report()) return true;
    if (!put(frame, what, 0, credit.limit())) return false;
    credit.on_report_sent();
    return true;
  }

  bool send_side(stream_id id, send_part& part) {
    if (part.reset_due()) {
      wire::reset_stream_frame const frame{id, part.reset_code(), part.final_size()};
      if (!put(frame, sent_frame::kind::reset_stream, id.value(), 0)) return false;
      part.on_reset_sent();
    }
    if (!part.is_blocked() || !part.credit().owes_report()) return true;
    auto const limit = part.credit().limit();
    if (!put(wire::stream_data_blocked_frame{id, limit}, sent_frame::kind::stream_data_blocked, id.value(), limit))
      return false;
    part.credit().on_report_sent();
    part.on_stream_data_blocked_sent();
    return true;
  }

  bool receive_side(stream_id id, receive_part& part) {
    if (part.stop_due()) {
      wire::stop_sending_frame const frame{id, part.stop_code()};
      if (!put(frame, sent_frame::kind::stop_sending, id.value(), 0)) return false;
      part.on_stop_sent();
    }
    if (!part.limit_due()) return true;
    auto const limit = part.window().next_limit();
    if (!put(wire::max_stream_data_frame{id, limit}, sent_frame::kind::max_stream_data, id.value(), limit))
      return false;
    part.on_limit_sent();
    return true;
  }

  byte_writer& writer_;
  sent_frames& frames_;
};

}  // namespace quoin::detail
