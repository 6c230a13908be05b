// SPDX-License-Identifier: BSL-1.0
/// \file
/// Congestion avoidance as in RFC 9002 7.3.3: a part for `loss_based`.
#pragma once

#include <quoin/congestion/window.hpp>

namespace quoin::avoidance {

/// At most one datagram for each window that is acknowledged; halves on congestion.
class reno {
 public:
  using window_type = byte_count;
  static constexpr double beta = 0.5;

  void note_sent(congestion_sent const&) noexcept {}
  void note_acked(congestion_acked const&) noexcept {}
  void pause() noexcept {}

  /// What the window is after this ACK.
  [[nodiscard]] byte_count grown(byte_count window, congestion_acked const& acked, byte_count datagram_size) noexcept {
    acked_bytes_ += acked.bytes;
    if (acked_bytes_ < window) return window;
    acked_bytes_ -= window;
    return window + datagram_size;
  }

  void on_slow_start_end(byte_count) noexcept {}
  void on_congestion(byte_count) noexcept { acked_bytes_ = 0; }
  /// The window shrinks by this factor, and growth goes on: what counts towards the next datagram stays.
  void on_marks(byte_count, double factor) noexcept {
    acked_bytes_ = static_cast<byte_count>(static_cast<double>(acked_bytes_) * factor);
  }
  void on_persistent_congestion() noexcept { acked_bytes_ = 0; }

 private:
  byte_count acked_bytes_ = 0;  // towards the next datagram
};

}  // namespace quoin::avoidance
