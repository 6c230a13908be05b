// SPDX-License-Identifier: BSL-1.0
/// \file
/// Everything that is known of one open stream.
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/policy/scheduler.hpp>
#include <quoin/stream/receive_part.hpp>
#include <quoin/stream/send_part.hpp>

namespace quoin {

/// Both parts of a stream, of which a unidirectional one uses only one, and what its keeper remembers of it.
struct stream_state {
  explicit stream_state(chunk_pool* pool) noexcept : send(pool), receive(pool) {}

  /// Begins a new stream's life, possibly in the memory of one that is gone.
  void start(stream_id new_id, role self) noexcept {
    id = new_id;
    sends = id.sendable_by(self);
    receives = id.receivable_by(self);
    priority = {};
    demand = send_demand::nothing;
    is_blocked = has_control_place = is_readable_told = wants_writable = tells_size = false;
  }

  /// Whether nothing can happen on it any more (RFC 9000 3.4).
  [[nodiscard]] bool is_over() const noexcept {
    return (!sends || is_terminal(send.state())) && (!receives || is_terminal(receive.state()));
  }
  /// Whether a frame about it, other than STREAM, is owed.
  [[nodiscard]] bool owes_control() const noexcept {
    return (sends && (send.reset_due() || (send.is_blocked() && send.credit().owes_report()))) ||
           (receives && (receive.stop_due() || receive.limit_due()));
  }

  /// A frame about it was lost: what it said is owed again if it still matters. False for other frames.
  bool on_lost(sent_frame const& frame) {
    switch (frame.what) {
      case sent_frame::kind::stream: send.on_lost(frame); return true;
      case sent_frame::kind::reset_stream: send.on_reset_lost(); return true;
      case sent_frame::kind::stop_sending: receive.on_stop_lost(); return true;
      case sent_frame::kind::max_stream_data: receive.on_limit_lost(frame.offset); return true;
      case sent_frame::kind::stream_data_blocked: send.credit().on_report_lost(frame.offset); return true;
      default: return false;
    }
  }

  stream_id id;
  bool sends = false;
  bool receives = false;
  send_part send;
  receive_part receive;
  stream_priority priority;
  send_demand demand = send_demand::nothing;  ///< as last counted
  bool is_blocked = false;                    ///< counted as waiting for stream credit
  bool has_control_place = false;             ///< queued for its control frames
  bool is_readable_told = false;              ///< a `readable` event is queued
  bool wants_writable = false;                ///< a write was cut short
  bool tells_size = false;                    ///< a `size_known` event is wanted
};

}  // namespace quoin
