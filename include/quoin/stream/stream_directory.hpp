// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which streams there are, which may be opened, and which may be named by a frame (RFC 9000 2.1, 3, 4.6).
#pragma once

#include <quoin/stream/stream_error.hpp>
#include <quoin/stream/stream_limits.hpp>
#include <quoin/stream/stream_settings.hpp>
#include <quoin/stream/stream_table.hpp>

namespace quoin {

class stream_directory {
 public:
  explicit stream_directory(stream_settings const& settings)
      : settings_(settings), limits_(settings.bidi_streams, settings.uni_streams) {}

  [[nodiscard]] stream_settings const& settings() const noexcept { return settings_; }
  [[nodiscard]] stream_limits& limits() noexcept { return limits_; }
  [[nodiscard]] stream_limits const& limits() const noexcept { return limits_; }
  [[nodiscard]] stream_table const& table() const noexcept { return table_; }
  [[nodiscard]] bool knows_peer_limits() const noexcept { return knows_peer_; }

  /// The peer's initial limits, remembered or fresh; none of them takes credit back (RFC 9000 7.4.1).
  void set_peer_limits(peer_stream_limits const& peer) {
    peer_ = peer;
    knows_peer_ = true;
    table_.for_each([&](stream_state& stream) {
      if (stream.sends) stream.send.credit().raise(initial_send_limit(stream.id));
    });
  }

  /// What the peer was thought to allow, it does not (RFC 9001 4.6.2). Streams of ours that are open stay so, and count
  /// against the limits to come.
  void forget_peer_limits() {
    peer_ = {};
    knows_peer_ = false;
    for (auto const direction : both_directions)
      limits_.ours(direction).start_over(table_.row(settings_.self, direction).opened());
    table_.for_each([&](stream_state& stream) {
      if (stream.sends) stream.send.start_over();
    });
  }

  /// Whether the peer's limit reaches as far as a stream of ours; it does unless early data was rejected.
  [[nodiscard]] bool permits(stream_id id) const noexcept {
    return id.initiator() != settings_.self || id.index() < limits_.ours(id.direction()).limit();
  }

  /// Forgets all streams of ours, as if none had been opened; the peer must know of none.
  void forget_ours() {
    for (auto const direction : both_directions) {
      table_.row(settings_.self, direction) = stream_row{};
      auto& credit = limits_.ours(direction);
      auto const limit = credit.limit();
      credit.start_over(0);
      credit.raise(limit);
    }
  }

  /// The stream that a STREAM, RESET_STREAM or STREAM_DATA_BLOCKED frame names; null when it is gone.
  result<stream_state*> named_by_sender(stream_id id) {
    // RFC 9000 19.4, 19.8, 19.13
    if (!id.receivable_by(settings_.self)) return fail(error_code::stream_state_error, "stream that only we send on");
    return named_by_peer(id);
  }

  /// The stream that a STOP_SENDING or MAX_STREAM_DATA frame names; null when it is gone.
  result<stream_state*> named_by_receiver(stream_id id) {
    // RFC 9000 19.5, 19.10
    if (!id.sendable_by(settings_.self)) return fail(error_code::stream_state_error, "stream that we only receive on");
    return named_by_peer(id);
  }

  /// A stream that has a state; null when there is none.
  [[nodiscard]] stream_state* find(stream_id id) noexcept { return table_.find(id); }
  [[nodiscard]] stream_state const* find(stream_id id) const noexcept { return table_.find(id); }

  /// An open stream, for the application.
  stream_state* find_or_start(stream_id id) {
    return table_.find_or_start(id, &pool_, [&](stream_state& stream) { start(stream, id); });
  }

  /// A stream that the application sends on.
  stream_result<stream_state*> for_sending(stream_id id) { return usable(id, id.sendable_by(settings_.self)); }
  /// A stream that the application receives on.
  stream_result<stream_state*> for_receiving(stream_id id) { return usable(id, id.receivable_by(settings_.self)); }

  /// Opens a stream of ours; the caller has checked that there is credit.
  stream_id open(stream_direction direction) {
    limits_.ours(direction).use(1);
    auto& row = table_.row(settings_.self, direction);
    auto const index = row.opened();
    row.open_through(index);
    stream_id const id{settings_.self, direction, index};
    find_or_start(id);
    return id;
  }

  /// Forgets a stream. Only now may the peer open another one for it (RFC 9000 4.6).
  void remove(stream_id id) {
    table_.remove(id);
    if (id.initiator() != settings_.self) limits_.theirs(id.direction()).release(1);
  }

 private:
  stream_result<stream_state*> usable(stream_id id, bool right_direction) {
    if (!right_direction) return unexpected{stream_errc::wrong_direction};
    auto* const stream = find_or_start(id);
    if (stream == nullptr) return unexpected{stream_errc::unknown_stream};
    return stream;
  }

  result<stream_state*> named_by_peer(stream_id id) {
    auto& row = table_.row_of(id);
    if (id.initiator() == settings_.self) {
      // RFC 9000 19.5, 19.8, 19.10; 3 for the other frames
      if (id.index() >= row.opened()) return fail(error_code::stream_state_error, "stream that we have not opened");
    } else if (id.index() >= row.opened()) {
      // RFC 9000 4.6, before anything is made for the stream
      auto& limit = limits_.theirs(id.direction());
      if (id.index() >= limit.limit()) return fail(error_code::stream_limit_error, "stream beyond the limit");
      limit.on_received(id.index() + 1 - row.opened());
      row.open_through(id.index());
    }
    return find_or_start(id);
  }

  void start(stream_state& stream, stream_id id) {
    stream.start(id, settings_.self);
    stream.send.start(stream.sends ? initial_send_limit(id) : 0);
    stream.receive.start(settings_.stream_window, settings_.max_stream_window);
  }

  [[nodiscard]] std::uint64_t initial_send_limit(stream_id id) const noexcept {
    if (!id.is_bidirectional()) return peer_.stream_data_uni;
    return id.initiator() == settings_.self ? peer_.stream_data_bidi_remote : peer_.stream_data_bidi_local;
  }

  stream_settings settings_;
  chunk_pool pool_;  // outlives the buffers in the table
  stream_limits limits_;
  peer_stream_limits peer_;
  bool knows_peer_ = false;
  stream_table table_;
};

}  // namespace quoin
