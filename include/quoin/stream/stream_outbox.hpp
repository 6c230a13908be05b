// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the streams of a connection have to send, and its way into packets.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/stream/control_frames.hpp>
#include <quoin/stream/stream_directory.hpp>

namespace quoin {

/// Keeps the scheduler's view of the streams, the connection's credit in both directions, and the queue of streams that
/// owe control frames. `refresh` is to be called for a stream whenever something about it changed.
template <stream_scheduler S>
class stream_outbox {
 public:
  explicit stream_outbox(stream_directory& streams) noexcept
      : streams_(streams), window_(streams.settings().connection_window, streams.settings().max_connection_window) {}

  [[nodiscard]] receive_window& window() noexcept { return window_; }

  /// Brings everything that is derived from the stream's state up to date.
  void refresh(stream_state& stream) {
    if (withholding_ && !streams_.permits(stream.id)) return withhold(stream);
    auto const demand = stream.sends ? stream.send.demand() : send_demand::nothing;
    // Who has credit is not blocked, without being asked.
    bool const blocked = stream.sends && demand != send_demand::credit && stream.send.is_blocked();
    note_demand(stream, demand, blocked && demand == send_demand::nothing);
    if (demand == send_demand::credit && credit_.exhausted()) credit_.note_blocked();
    if (blocked) stream.send.credit().note_blocked();
    if (!stream.has_control_place && stream.owes_control()) queue_control(stream);
    if (!control_.empty()) drop_idle_control();
  }

  /// The stream is about to be forgotten.
  void forget(stream_state& stream) {
    note_demand(stream, send_demand::nothing, false);
    if (!stream.has_control_place) return;
    stream.has_control_place = false;
    drop_idle_control();
  }

  /// Early data was rejected, and the directory has forgotten the peer's limits: nothing goes before there are new
  /// ones, and no stream before they reach as far as it.
  void start_over() {
    credit_.start_over(0);
    while (!control_.empty()) control_.pop_front();
    withholding_ = true;
    refresh_all();
  }

  /// Limits have come: streams that they reach may go.
  void refresh_all() {
    if (withholding_) check_limits_on_streams();
    streams_.table().for_each([&](stream_state& stream) { refresh(stream); });
  }

  /// Whether some streams may wait for the peer's limit on their number.
  [[nodiscard]] bool withholding() const noexcept { return withholding_; }

  void prioritize(stream_state& stream, stream_priority priority) {
    stream.priority = priority;
    if (stream.demand != send_demand::nothing) scheduler_.prioritize(stream.id, priority);
    if (stream.demand == send_demand::free) free_scheduler_.prioritize(stream.id, priority);
  }

  /// MAX_DATA, or the initial limit. Streams that waited for it are not touched: the peer may raise it byte by byte.
  void raise_credit(std::uint64_t limit) noexcept { credit_.raise(limit); }

  [[nodiscard]] bool has_data() const noexcept {
    return free_streams_ > 0 || (sending_streams_ > 0 && !credit_.exhausted());
  }

  [[nodiscard]] bool has_control() const noexcept {
    if (!control_.empty() || window_limit_lost_ || window_.update_due() || credit_.owes_report()) return true;
    for (auto const direction : both_directions)
      if (count_limit_lost_[index_of(direction)] || streams_.limits().theirs(direction).update_due() ||
          streams_.limits().ours(direction).owes_report())
        return true;
    return false;
  }

  /// Whether data that was just written has made something due, as a rule that credit is used up (RFC 9000 4.1).
  [[nodiscard]] bool owes_more() const noexcept { return !control_.empty() || credit_.owes_report(); }

  /// Whether there is data that only the peer's flow control holds back.
  [[nodiscard]] bool is_limited_by_peer() const noexcept {
    return !has_data() && (blocked_streams_ > 0 || sending_streams_ > 0);
  }

  /// Writes what is owed as it fits; `changed(stream_state&)` is called for each stream that a frame was written for.
  template <class Changed>
  void write_control(byte_writer& writer, sent_frames& frames, Changed changed) {
    detail::control_writer out{writer, frames};
    if (!out.connection(window_, window_limit_lost_, credit_)) return;
    for (auto const direction : both_directions)
      if (!out.counts(direction, streams_.limits().theirs(direction), count_limit_lost_[index_of(direction)],
                      streams_.limits().ours(direction)))
        return;
    while (!control_.empty()) {
      auto* const stream = streams_.find(control_.front());
      if (stream != nullptr && stream->has_control_place && !out.stream(*stream)) return;
      control_.pop_front();
      if (stream == nullptr || !stream->has_control_place) continue;
      stream->has_control_place = false;
      changed(*stream);
    }
  }

  /// Writes STREAM frames in the scheduler's order until the packet is full or nothing may be sent.
  void write_data(byte_writer& writer, sent_frames& frames) {
    while (!frames.full()) {
      bool const only_free = credit_.exhausted();
      auto const id = only_free ? free_scheduler_.next() : scheduler_.next();
      if (!id) break;
      auto& stream = *streams_.find(*id);
      auto const used = stream.send.credit().used();
      if (!stream.send.write_frame(*id, writer, credit_.available(), frames)) break;
      credit_.use(stream.send.credit().used() - used);
      auto const length = frames.back().length;
      // What goes while nobody else can go is nobody's turn.
      if (!only_free) scheduler_.sent(*id, length);
      if (stream.demand == send_demand::free) free_scheduler_.sent(*id, length);
      refresh(stream);
    }
    // RFC 9000 4.1: the peer should know that its limit is in the way
    if (credit_.exhausted() && sending_streams_ > free_streams_) credit_.note_blocked();
  }

  /// A frame about the whole connection was lost: what it said is owed again unless something newer was said since.
  /// False for frames about one stream.
  bool on_limit_lost(sent_frame const& frame) noexcept {
    constexpr auto bidi = stream_direction::bidirectional;
    constexpr auto uni = stream_direction::unidirectional;
    switch (frame.what) {
      case sent_frame::kind::max_data: window_limit_lost_ |= frame.offset == window_.limit(); return true;
      case sent_frame::kind::max_streams_bidi: return on_count_limit_lost(bidi, frame.offset);
      case sent_frame::kind::max_streams_uni: return on_count_limit_lost(uni, frame.offset);
      case sent_frame::kind::data_blocked: credit_.on_report_lost(frame.offset); return true;
      case sent_frame::kind::streams_blocked_bidi:
        streams_.limits().ours(bidi).on_report_lost(frame.offset);
        return true;
      case sent_frame::kind::streams_blocked_uni: streams_.limits().ours(uni).on_report_lost(frame.offset); return true;
      default: return false;
    }
  }

 private:
  /// A stream that was opened under a limit that turned out not to hold (RFC 9000 4.6).
  void withhold(stream_state& stream) {
    note_demand(stream, send_demand::nothing, false);
    stream.has_control_place = false;
  }

  void check_limits_on_streams() noexcept {
    withholding_ = false;
    for (auto const direction : both_directions) {
      auto& credit = streams_.limits().ours(direction);
      if (credit.limit() >= credit.used()) continue;
      withholding_ = true;
      credit.note_blocked();
    }
  }

  bool on_count_limit_lost(stream_direction direction, std::uint64_t limit) noexcept {
    count_limit_lost_[index_of(direction)] |= limit == streams_.limits().theirs(direction).limit();
    return true;
  }

  /// `blocked`: by the stream's own limit.
  void note_demand(stream_state& stream, send_demand demand, bool blocked) {
    if (stream.demand == demand && stream.is_blocked == blocked) [[likely]]
      return;
    blocked_streams_ -= stream.is_blocked ? 1U : 0U;
    blocked_streams_ += blocked ? 1U : 0U;
    stream.is_blocked = blocked;
    if (stream.demand != demand) schedule(stream, demand);
  }

  void schedule(stream_state& stream, send_demand demand) {
    auto const before = stream.demand;
    if (before == send_demand::nothing) {
      scheduler_.activate(stream.id, stream.priority);
      ++sending_streams_;
    } else if (demand == send_demand::nothing) {
      scheduler_.deactivate(stream.id);
      --sending_streams_;
    }
    if (demand == send_demand::free) {
      free_scheduler_.activate(stream.id, stream.priority);
      ++free_streams_;
    } else if (before == send_demand::free) {
      free_scheduler_.deactivate(stream.id);
      --free_streams_;
    }
    stream.demand = demand;
  }

  [[gnu::noinline]] void queue_control(stream_state& stream) {
    control_.push_back(stream.id);
    stream.has_control_place = true;
  }

  /// Keeps the front of the queue a stream that owes something, so that `has_control` tells the truth.
  [[gnu::noinline]] void drop_idle_control() noexcept {
    while (!control_.empty()) {
      auto* const stream = streams_.find(control_.front());
      if (stream != nullptr && stream->has_control_place) {
        if (stream->owes_control()) return;
        stream->has_control_place = false;
      }
      control_.pop_front();
    }
  }

  stream_directory& streams_;
  S scheduler_;       ///< of the streams that have something to send
  S free_scheduler_;  ///< of those among them that cost the connection no credit, for when there is none
  send_credit credit_;
  receive_window window_;
  bool window_limit_lost_ = false;
  bool count_limit_lost_[2] = {false, false};
  bool withholding_ = false;
  std::size_t sending_streams_ = 0;  ///< known to the scheduler
  std::size_t free_streams_ = 0;     ///< known to that for when there is no credit
  std::size_t blocked_streams_ = 0;  ///< with something to send beyond their own limit
  ring<stream_id> control_;          ///< owing control frames
};

}  // namespace quoin
