// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sending part of one stream: its state, its bytes, its credit, and the STREAM frames made from them (RFC
/// 9000 3.1).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/buffer/send_buffer.hpp>
#include <quoin/flow/flow_control.hpp>
#include <quoin/stream/send_state.hpp>
#include <quoin/stream/stream_error.hpp>
#include <quoin/wire/frame/stream.hpp>
#include <quoin/wire/sent_frame.hpp>

namespace quoin {

/// What a stream could put into a packet now, as far as its own flow control goes.
enum class send_demand : std::uint8_t {
  nothing,
  credit,  ///< only bytes never sent before, which cost connection credit
  free,    ///< lost bytes or the bare end, which cost nothing
};

class send_part {
 public:
  explicit send_part(chunk_pool* pool) noexcept : buffer_(pool) {}

  /// Begins a stream's life in "Ready" with the peer's limit for it.
  void start(std::uint64_t limit) noexcept {
    buffer_.restart();
    credit_ = send_credit{limit};
    state_ = send_state::ready;
    reset_code_ = final_size_ = stop_code_ = 0;
    finished_ = fin_in_flight_ = fin_acked_ = reset_due_ = stop_asked_ = false;
  }

  [[nodiscard]] send_state state() const noexcept { return state_; }
  [[nodiscard]] send_credit& credit() noexcept { return credit_; }
  [[nodiscard]] send_credit const& credit() const noexcept { return credit_; }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return buffer_.held_bytes(); }
  [[nodiscard]] std::uint64_t unsent_bytes() const noexcept { return is_open() ? buffer_.unsent_bytes() : 0; }
  [[nodiscard]] std::uint64_t reset_code() const noexcept { return reset_code_; }
  /// Bytes of flow control credit that the stream used in the end (RFC 9000 4.5); known once it is reset.
  [[nodiscard]] std::uint64_t final_size() const noexcept { return final_size_; }
  /// The same without knowing whether it is: what was written counts as if it will be sent.
  [[nodiscard]] std::uint64_t counted() const noexcept {
    bool const given_up = state_ == send_state::reset_sent || state_ == send_state::reset_received;
    return given_up ? final_size_ : buffer_.end_offset();
  }
  [[nodiscard]] bool reset_due() const noexcept { return reset_due_; }
  /// Whether there is something to send that the stream's limit forbids (RFC 9000 4.1).
  [[nodiscard]] bool is_blocked() const noexcept { return unsent_bytes() > 0 && credit_.exhausted(); }

  /// Whether more may be written.
  [[nodiscard]] stream_result<> writable() const noexcept {
    // What was cut ends like what was finished, without having been.
    if (!is_open() && !finished_) return unexpected{stream_errc::was_reset};
    if (!is_open() && state_ != send_state::data_received) return unexpected{stream_errc::was_reset};
    if (finished_) return unexpected{stream_errc::already_finished};
    return {};
  }
  void append(send_slice slice) { buffer_.append(std::move(slice)); }
  void append_copy(byte_view bytes) { buffer_.append_copy(bytes); }
  void finish() noexcept { finished_ = true; }

  /// Gives up what is not acknowledged; a RESET_STREAM frame is due. False when the part has ended already.
  bool reset(std::uint64_t code) noexcept {
    if (!is_open()) return false;
    state_ = after(state_, send_part_event::reset);
    final_size_ = buffer_.sent_offset();
    reset_code_ = code;
    reset_due_ = true;
    buffer_.clear();
    return true;
  }

  /// The peer does not want the rest: RFC 9000 3.5 has us reset with its code, at once, or when everything was sent
  /// already, as soon as anything of it is lost. True when the application should know.
  bool on_stop_sending(std::uint64_t code) noexcept {
    if (!is_open() || stop_asked_) return false;
    stop_asked_ = true;
    stop_code_ = code;
    if (state_ != send_state::data_sent || buffer_.has_lost() || !fin_in_flight_) reset(code);
    return true;
  }

  /// Gives up what is beyond `reliable_size`, which is at most what was written, and the end with it: the part ends
  /// with RESET_STREAM_AT (draft-ietf-quic-reliable-stream-reset 5). May be done again with a smaller size.
  void cut(std::uint64_t reliable_size, std::uint64_t code) {
    buffer_.cut(std::max(reliable_size, buffer_.sent_offset()));
    buffer_.on_acked({reliable_size, buffer_.sent_offset()});
    finished_ = fin_in_flight_ = fin_acked_ = false;
    stop_code_ = code;
  }
  /// Offset of the end that RESET_STREAM_AT may tell, once everything before it has been sent.
  [[nodiscard]] std::uint64_t written() const noexcept { return buffer_.end_offset(); }
  /// Whether the part can still be cut or reset.
  [[nodiscard]] bool can_be_given_up() const noexcept { return is_open(); }
  void on_cut_sent() noexcept { state_ = after(state_, send_part_event::fin_sent); }
  /// RESET_STREAM_AT arrived. True when nothing else is missing.
  bool on_cut_acked() noexcept {
    fin_acked_ = true;
    if (!buffer_.all_acked()) return false;
    state_ = after(state_, send_part_event::all_acked);
    return state_ == send_state::data_received;
  }

  /// Early data was rejected: the peer knows nothing of the stream, and no limit holds (RFC 9001 4.6.2).
  void start_over() noexcept {
    credit_.start_over(0);
    fin_in_flight_ = false;
    final_size_ = 0;
    reset_due_ = state_ == send_state::reset_sent;
    if (!is_open()) return;
    buffer_.rewind();
    state_ = send_state::ready;
  }

  [[nodiscard]] send_demand demand() const noexcept {
    if (!is_open()) return send_demand::nothing;
    if (buffer_.has_lost()) return send_demand::free;
    if (buffer_.unsent_bytes() > 0) return credit_.exhausted() ? send_demand::nothing : send_demand::credit;
    return fin_due() ? send_demand::free : send_demand::nothing;
  }

  /// Writes one STREAM frame: lost bytes first, else new ones within both credits, with FIN where the stream ends. A
  /// frame that ends exactly where the room ends has no length field. Nothing when there is no room for a useful frame.
  /// It is noted in `frames`, which must not be full, before the bytes are copied: what is written behind so many bytes
  /// is slow to be read again.
  bool write_frame(stream_id id, byte_writer& writer, std::uint64_t connection_credit, sent_frames& frames) noexcept {
    auto const sent = buffer_.sent_offset();
    auto range = buffer_.next_range(sent + std::min(credit_.available(), connection_credit));
    if (!range && fin_due()) range = interval{sent, sent};
    if (!range) return false;
    auto const fit = fitting(id, *range, writer.remaining());
    if (!fit) return false;
    range->end = range->begin + fit->length;
    bool const fin = finished_ && range->end == buffer_.end_offset();
    wire::write_stream_header(writer, id, range->begin, fit->length, fin, fit->has_length);
    auto const room = writer.reserve(fit->length);
    on_sent(*range, fin);
    auto& noted = frames.emplace_back();
    noted.what = sent_frame::kind::stream;
    noted.fin = fin;
    noted.length = static_cast<std::uint32_t>(fit->length);
    noted.id = id.value();
    noted.offset = range->begin;
    buffer_.copy_to(range->begin, room);
    return true;
  }

  /// A STREAM frame arrived. True when that was the last one missing.
  bool on_acked(sent_frame const& frame) {
    if (!is_open()) return false;
    buffer_.on_acked({frame.offset, frame.offset + frame.length});
    fin_acked_ = fin_acked_ || frame.fin;
    if (!fin_acked_ || !buffer_.all_acked()) return false;
    state_ = after(state_, send_part_event::all_acked);
    return state_ == send_state::data_received;
  }

  /// A STREAM frame was lost, or is to be sent again as a probe.
  void on_lost(sent_frame const& frame) {
    if (!is_open()) return;
    buffer_.on_lost({frame.offset, frame.offset + frame.length});
    if (frame.fin && !fin_acked_) fin_in_flight_ = false;
    if (stop_asked_ && demand() != send_demand::nothing) reset(stop_code_);
  }

  void on_stream_data_blocked_sent() noexcept { state_ = after(state_, send_part_event::stream_sent); }
  void on_reset_sent() noexcept { reset_due_ = false; }
  void on_reset_lost() noexcept { reset_due_ = state_ == send_state::reset_sent; }
  void on_reset_acked() noexcept {
    state_ = after(state_, send_part_event::reset_acked);
    if (state_ == send_state::reset_received) reset_due_ = false;
  }

 private:
  struct fitted {
    std::size_t length = 0;
    bool has_length = false;
  };

  /// A frame with fewer bytes than this waits for the next packet, unless there are no more.
  static constexpr std::size_t smallest_piece = 16;

  [[nodiscard]] bool is_open() const noexcept {
    return state_ == send_state::ready || state_ == send_state::send || state_ == send_state::data_sent;
  }
  [[nodiscard]] bool fin_due() const noexcept { return finished_ && !fin_in_flight_ && !fin_acked_; }

  static std::optional<fitted> fitting(stream_id id, interval range, std::size_t room) noexcept {
    auto const bare = wire::stream_frame_overhead(id, range.begin, 0, false);
    if (room < bare) return std::nullopt;
    auto const space = room - bare;
    if (space < std::min<std::uint64_t>(range.size(), smallest_piece)) return std::nullopt;
    if (range.size() >= space) return fitted{space, false};
    auto const length = static_cast<std::size_t>(range.size());
    auto const length_field = varint_size(length);
    return fitted{std::min(length, space - std::min(space, length_field)), true};
  }

  void on_sent(interval range, bool fin) noexcept {
    auto const before = buffer_.sent_offset();
    buffer_.on_sent(range);
    credit_.use(buffer_.sent_offset() - before);
    fin_in_flight_ = fin_in_flight_ || fin;
    state_ = after(state_, fin ? send_part_event::fin_sent : send_part_event::stream_sent);
  }

  send_buffer buffer_;
  send_credit credit_;
  std::uint64_t reset_code_ = 0;
  std::uint64_t final_size_ = 0;
  std::uint64_t stop_code_ = 0;
  send_state state_ = send_state::ready;
  bool finished_ = false;  ///< by the application
  bool fin_in_flight_ = false;
  bool fin_acked_ = false;
  bool reset_due_ = false;
  bool stop_asked_ = false;
};

}  // namespace quoin
