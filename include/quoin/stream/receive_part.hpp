// SPDX-License-Identifier: BSL-1.0
/// \file
/// The receiving part of one stream: its state, its bytes, its window and its final size (RFC 9000 3.2, 4.5).
#pragma once

#include <quoin/buffer/reassembly_buffer.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/flow/flow_control.hpp>
#include <quoin/stream/receive_state.hpp>
#include <quoin/wire/frame/stream.hpp>

#include <optional>

namespace quoin {

class receive_part {
 public:
  explicit receive_part(chunk_pool* pool) noexcept : buffer_(limits::stream_gaps, pool) {}

  /// Begins a stream's life in "Recv" with the window that the peer knows of.
  void start(byte_count window, byte_count max_window) noexcept {
    buffer_.restart();
    window_ = receive_window{window, max_window};
    state_ = receive_state::receive;
    final_size_ = unknown;
    stop_code_ = reset_code_ = 0;
    stopped_ = stop_due_ = limit_lost_ = false;
  }

  [[nodiscard]] receive_state state() const noexcept { return state_; }
  [[nodiscard]] receive_window const& window() const noexcept { return window_; }
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return buffer_.held_bytes(); }
  [[nodiscard]] std::uint64_t next_offset() const noexcept { return buffer_.next_offset(); }
  [[nodiscard]] byte_view readable() const noexcept { return buffer_.readable(); }
  [[nodiscard]] std::uint64_t readable_size() const noexcept { return buffer_.readable_size(); }
  /// What the peer sends in all, once that is known.
  [[nodiscard]] std::optional<std::uint64_t> final_size() const noexcept {
    return final_size_ == unknown ? std::nullopt : std::optional{final_size_};
  }
  /// Whether the byte before `offset` is the stream's last.
  [[nodiscard]] bool ends_at(std::uint64_t offset) const noexcept { return offset == final_size_; }
  /// Whether everything has been taken, though perhaps not the end itself.
  [[nodiscard]] bool at_end() const noexcept { return ends_at(next_offset()) && is_readable_state(); }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }
  [[nodiscard]] std::uint64_t stop_code() const noexcept { return stop_code_; }
  [[nodiscard]] std::uint64_t reset_code() const noexcept { return reset_code_; }
  [[nodiscard]] bool stop_due() const noexcept { return stop_due_; }
  /// Whether a MAX_STREAM_DATA frame is worth sending; only in "Recv" (RFC 9000 3.3), and not for what nobody wants.
  [[nodiscard]] bool limit_due() const noexcept {
    return state_ == receive_state::receive && !stopped_ && (limit_lost_ || window_.update_due());
  }

  /// Takes in a STREAM frame and counts it in both windows. The view is what is next in order and was not kept: the
  /// caller says `consume` and `keep` for it. All or nothing: after an error nothing has changed.
  result<byte_view> on_stream(wire::stream_frame const& frame, receive_window& connection) {
    auto const end = frame.offset + frame.data.size();
    QUOIN_TRY(check_size(end, frame.fin));
    auto const fresh = end > window_.received() ? end - window_.received() : 0;
    QUOIN_TRY(check_credit(fresh, connection));
    byte_view in_order;
    if (is_readable_state() && !stopped_) {
      auto const inserted = buffer_.insert(frame.offset, frame.data);
      if (!inserted) return unexpected{inserted.error()};
      in_order = *inserted;
    }
    count(fresh, connection);
    if (frame.fin && final_size_ == unknown) {
      final_size_ = end;
      state_ = after(state_, receive_part_event::fin_received);
    }
    settle();
    return in_order;
  }

  /// Takes in a RESET_STREAM frame. True when the application should know.
  result<bool> on_reset(std::uint64_t final_size, std::uint64_t code, receive_window& connection) {
    QUOIN_TRY(check_size(final_size, true));
    auto const fresh = final_size - window_.received();
    QUOIN_TRY(check_credit(fresh, connection));
    count(fresh, connection);
    final_size_ = final_size;
    auto const before = state_;
    state_ = after(state_, receive_part_event::reset_received);
    if (state_ == before) return false;
    reset_code_ = code;
    stop_due_ = false;
    discard(connection);
    settle();
    return state_ == receive_state::reset_received;
  }

  void keep(byte_view rest) { buffer_.keep(rest); }

  /// The application took bytes, kept ones or the beginning of the view that `on_stream` returned.
  void consume(std::size_t bytes, instant now, duration rtt) noexcept {
    buffer_.consume(bytes);
    window_.on_consumed(bytes, now, rtt);
  }

  /// To be called when bytes were taken or kept: everything may have arrived.
  void on_delivered() noexcept {
    if (final_size_ == next_offset() + readable_size()) state_ = after(state_, receive_part_event::all_received);
  }
  /// The application took the end.
  void on_end_read() noexcept { state_ = after(state_, receive_part_event::data_read); }
  void on_reset_read() noexcept { state_ = after(state_, receive_part_event::reset_read); }

  /// The application wants nothing more (RFC 9000 3.5). What waits is dropped and its credit returned; STOP_SENDING is
  /// due unless everything has arrived.
  void stop(std::uint64_t code, receive_window& connection) noexcept {
    stopped_ = true;
    stop_code_ = code;
    stop_due_ = state_ == receive_state::receive || state_ == receive_state::size_known;
    discard(connection);
    settle();
  }
  void on_stop_sent() noexcept {
    stop_due_ = false;
    settle();
  }
  void on_stop_lost() noexcept { stop_due_ = state_ == receive_state::receive || state_ == receive_state::size_known; }

  void on_limit_sent() noexcept {
    window_.announce();
    limit_lost_ = false;
  }
  void on_limit_lost(std::uint64_t limit) noexcept { limit_lost_ = limit_lost_ || limit == window_.limit(); }

 private:
  static constexpr std::uint64_t unknown = ~std::uint64_t{0};

  [[nodiscard]] bool is_readable_state() const noexcept {
    return state_ == receive_state::receive || state_ == receive_state::size_known ||
           state_ == receive_state::data_received;
  }

  /// RFC 9000 4.5: the final size does not change, and nothing lies beyond it.
  [[nodiscard]] result<> check_size(std::uint64_t end, bool final) const noexcept {
    if (final_size_ != unknown && (final ? end != final_size_ : end > final_size_))
      return fail(error_code::final_size_error, final ? "final size changed" : "data beyond the final size");
    if (final && end < window_.received())
      return fail(error_code::final_size_error, "final size below data already received");
    return {};
  }

  /// RFC 9000 4.1; 19.9: final sizes count, whether or not their bytes were sent.
  [[nodiscard]] result<> check_credit(std::uint64_t fresh, receive_window const& connection) const noexcept {
    if (!window_.allows(fresh)) return fail(error_code::flow_control_error, "more data than the stream's limit");
    if (!connection.allows(fresh)) return fail(error_code::flow_control_error, "more data than the connection's limit");
    return {};
  }

  void count(std::uint64_t fresh, receive_window& connection) noexcept {
    window_.on_received(fresh);
    connection.on_received(fresh);
    if (stopped_) discard(connection);
  }

  void discard(receive_window& connection) noexcept {
    auto const unread = window_.received() - window_.consumed();
    window_.release(unread);
    connection.release(unread);
    buffer_.clear();
  }

  /// Who wants nothing learns nothing: a stopped stream ends as soon as its final size is known and the peer was told.
  void settle() noexcept {
    if (!stopped_ || stop_due_) return;
    state_ = after(after(state_, receive_part_event::data_read), receive_part_event::reset_read);
  }

  reassembly_buffer buffer_;
  receive_window window_{0, 0};
  std::uint64_t final_size_ = unknown;
  std::uint64_t stop_code_ = 0;
  std::uint64_t reset_code_ = 0;
  receive_state state_ = receive_state::receive;
  bool stopped_ = false;
  bool stop_due_ = false;
  bool limit_lost_ = false;
};

}  // namespace quoin
