// SPDX-License-Identifier: BSL-1.0
/// \file
/// The stream of handshake bytes that each encryption level has, in both directions (RFC 9000 7.5, 19.6).
#pragma once

#include <quoin/buffer/reassembly_buffer.hpp>
#include <quoin/buffer/send_buffer.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/wire/frame/crypto.hpp>
#include <quoin/wire/sent_frame.hpp>

namespace quoin {

/// One level's CRYPTO data: ordered like a stream, but with a fixed window in place of flow control.
class crypto_stream {
 public:
  /// Takes a CRYPTO frame and hands what is in order to `deliver(byte_view) -> result<>`.
  /// Data beyond the window, or in too many pieces, is CRYPTO_BUFFER_EXCEEDED (RFC 9000 7.5).
  template <class Deliver>
  result<> on_frame(wire::crypto_frame const& frame, Deliver&& deliver) {
    if (frame.offset + frame.data.size() > incoming_.next_offset() + limits::crypto_buffer)
      return fail(error_code::crypto_buffer_exceeded, "CRYPTO data beyond the window");
    auto const in_order = incoming_.insert(frame.offset, frame.data);
    if (!in_order) return fail(error_code::crypto_buffer_exceeded, "CRYPTO data in too many pieces");
    if (!in_order->empty()) {
      incoming_.consume(in_order->size());
      QUOIN_TRY(deliver(*in_order));
    }
    for (auto ready = incoming_.readable(); !ready.empty(); ready = incoming_.readable()) {
      QUOIN_TRY(deliver(ready));
      incoming_.consume(ready.size());
    }
    return {};
  }

  /// Whether the frame has bytes beyond those that were delivered.
  [[nodiscard]] bool is_new(wire::crypto_frame const& frame) const {
    return frame.offset + frame.data.size() > incoming_.next_offset();
  }
  /// Whether bytes wait for others before them.
  [[nodiscard]] bool has_waiting() const { return incoming_.held_bytes() > 0; }

  void send(byte_view bytes) { outgoing_.append_copy(bytes); }
  [[nodiscard]] bool has_pending() const { return outgoing_.has_pending(); }
  /// Whether nothing that was said is still to arrive.
  [[nodiscard]] bool all_acked() const { return outgoing_.all_acked(); }

  /// Writes as much of what is pending as fits into one frame, and its record into `sent`.
  void write_frame(byte_writer& writer, sent_frames& sent) {
    while (!sent.full()) {
      auto const range = outgoing_.next_range(varint_max);
      if (!range) return;
      auto const overhead = wire::crypto_frame_overhead(range->begin, range->size());
      if (writer.remaining() <= overhead) return;
      auto const size = std::min<std::uint64_t>(range->size(), writer.remaining() - overhead);
      wire::write_crypto_header(writer, range->begin, size);
      outgoing_.copy_to(range->begin, writer.reserve(size));
      outgoing_.on_sent({range->begin, range->begin + size});
      sent.push_back({sent_frame::kind::crypto, false, static_cast<std::uint32_t>(size), 0, range->begin});
    }
  }

  void on_acked(sent_frame const& frame) { outgoing_.on_acked({frame.offset, frame.offset + frame.length}); }
  void on_lost(sent_frame const& frame) { outgoing_.on_lost({frame.offset, frame.offset + frame.length}); }

  /// Forgets what was to be sent, and what was sent, which nobody has understood.
  void say_something_else() { outgoing_.restart(); }

  /// Everything sent so far is to be sent again, as after a Retry (RFC 9000 17.2.5.3).
  void send_again() { outgoing_.on_lost({0, outgoing_.end_offset()}); }

 private:
  reassembly_buffer incoming_{limits::crypto_gaps};
  send_buffer outgoing_;
};

}  // namespace quoin
