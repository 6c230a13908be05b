// SPDX-License-Identifier: BSL-1.0
/// \file
/// Streams that are reset but for their beginning (draft-ietf-quic-reliable-stream-reset). The parts of a stream know
/// nothing of it: one that is sent ends early, and one that is received gets its reset late.
#pragma once

#include <quoin/stream/stream_directory.hpp>
#include <quoin/stream/stream_event_queue.hpp>
#include <quoin/wire/frame/reset_stream_at.hpp>
#include <quoin/wire/sent_frame.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace quoin {

/// What is open of such resets: at most one entry for each open stream and direction.
class partial_resets {
 public:
  partial_resets(stream_directory& streams, stream_event_queue& events) noexcept : streams_(streams), events_(events) {}

  // ---- ours

  /// Gives up sending but for the first `size` bytes.
  stream_result<> reset(stream_state& stream, std::uint64_t code, std::uint64_t size) {
    auto& part = stream.send;
    if (!part.can_be_given_up())
      return unexpected{part.state() == send_state::data_received ? stream_errc::already_finished
                                                                  : stream_errc::was_reset};
    auto* const before = find(sending_, stream.id);
    if (before != nullptr && size >= before->size) return unexpected{stream_errc::was_reset};
    if (size > part.written()) return unexpected{stream_errc::not_written};
    auto& entry = before == nullptr ? sending_.try_emplace(stream.id, sending{code, size}).first->second : *before;
    entry.size = size;
    entry.due = true;
    part.cut(size, entry.code);
    note_progress(stream.id);
    return {};
  }

  /// Whether nothing more may be written because of one.
  [[nodiscard]] bool is_cut(stream_id id) noexcept { return find(sending_, id) != nullptr; }

  /// The code of a reset that the peer may know of does not change any more (section 5.2).
  [[nodiscard]] std::uint64_t code_for(stream_id id, std::uint64_t wanted) noexcept {
    auto const* const entry = find(sending_, id);
    return entry != nullptr && entry->was_sent ? entry->code : wanted;
  }

  /// Whether `write` has something to write.
  [[nodiscard]] bool has_frames() const noexcept {
    return std::any_of(ready_.begin(), ready_.end(), [&](stream_id id) { return is_sendable(id); });
  }

  void write(byte_writer& writer, sent_frames& frames) {
    for (auto at = ready_.begin(); at != ready_.end();) {
      auto const id = *at;
      if (!is_sendable(id)) {
        ++at;
        continue;
      }
      auto& entry = *find(sending_, id);
      auto& part = streams_.find(id)->send;
      wire::reset_stream_at_frame const frame{id, entry.code, part.written(), entry.size};
      if (frames.full() || !wire::write(writer, frame)) return;
      frames.push_back({sent_frame::kind::reset_stream_at, false, 0, id.value(), entry.size});
      entry.due = false;
      entry.was_sent = true;
      part.on_cut_sent();
      at = ready_.erase(at);
    }
  }

  /// Bytes of the stream went into a packet, perhaps the last ones that a reset waited for.
  void note_progress(stream_id id) {
    if (is_sendable(id)) ready_.insert(id);
  }

  /// What a frame says that arrived: FIN was taken back if there is a reset.
  [[nodiscard]] sent_frame as_acked(sent_frame frame) noexcept {
    if (frame.fin && is_cut(stream_id{frame.id})) frame.fin = false;
    return frame;
  }

  /// RESET_STREAM_AT arrived; only that with the smallest size counts (section 5.2). The stream is to be settled.
  void on_acked(stream_state& stream, std::uint64_t size) {
    auto const* const entry = find(sending_, stream.id);
    if (entry == nullptr || entry->size != size) return;
    if (stream.send.on_cut_acked()) events_.push({stream_event::kind::send_finished, stream.id, 0});
  }

  void on_lost(stream_id id, std::uint64_t size) {
    auto* const entry = find(sending_, id);
    if (entry == nullptr || entry->size != size) return;
    entry->due = true;
    note_progress(id);
  }

  // ---- the peer's

  /// Section 5.3: like FIN it tells the final size; the reset waits for what is to be delivered all the same. The
  /// stream is to be settled.
  result<> on_frame(stream_state& stream, wire::reset_stream_at_frame const& frame, receive_window& connection) {
    QUOIN_TRY(check_code(stream, frame.code));
    auto& part = stream.receive;
    auto const size_known = part.on_stream({frame.id, frame.final_size, {}, true}, connection);
    if (!size_known) return unexpected{size_known.error()};
    if (part.state() != receive_state::size_known || part.stopped()) return {};
    if (auto* const before = find(receiving_, frame.id))
      before->size = std::min(before->size, frame.reliable_size);
    else
      receiving_.try_emplace(frame.id, receiving{frame.code, frame.reliable_size});
    finish_if_due(stream, connection);
    return {};
  }

  /// The code of a reset does not change (section 5.2).
  [[nodiscard]] result<> check_code(stream_state const& stream, std::uint64_t code) noexcept {
    auto const* const entry = find(receiving_, stream.id);
    bool const was_reset = stream.receive.state() == receive_state::reset_received;
    if ((entry != nullptr && entry->code != code) || (was_reset && stream.receive.reset_code() != code))
      return fail(error_code::stream_state_error, "the code of a reset changed");
    return {};
  }

  /// Whether a reset waits for bytes that are to be delivered before it.
  [[nodiscard]] bool is_pending(stream_id id) noexcept { return find(receiving_, id) != nullptr; }

  /// The application has got what was promised: now it learns of the reset. Says whether it did.
  bool finish_if_due(stream_state& stream, receive_window& connection) {
    auto const* const entry = find(receiving_, stream.id);
    if (entry == nullptr || stream.receive.next_offset() < entry->size) return false;
    auto const code = entry->code;
    receiving_.erase(stream.id);
    auto const told = stream.receive.on_reset(stream.receive.window().received(), code, connection);
    if (told && *told) events_.push({stream_event::kind::reset_by_peer, stream.id, code});
    return true;
  }

  /// Lets go of what the stream has no use for any more.
  void settle(stream_state const& stream) noexcept {
    if (!sending_.empty() && (!stream.sends || !stream.send.can_be_given_up())) {
      sending_.erase(stream.id);
      ready_.erase(stream.id);
    }
    if (!receiving_.empty() && (!stream.receives || stream.receive.state() != receive_state::size_known))
      receiving_.erase(stream.id);
  }

 private:
  struct sending {
    std::uint64_t code = 0;
    std::uint64_t size = 0;  ///< bytes that still go to the peer
    bool due = true;         ///< RESET_STREAM_AT is to be sent
    bool was_sent = false;
  };
  struct receiving {
    std::uint64_t code = 0;
    std::uint64_t size = 0;  ///< bytes that still go to the application
  };

  template <class Entry>
  static Entry* find(std::map<stream_id, Entry>& entries, stream_id id) noexcept {
    auto const at = entries.find(id);
    return at == entries.end() ? nullptr : &at->second;
  }

  /// The final size must not go beyond flow control, so all that counts is sent before (section 4).
  [[nodiscard]] bool is_sendable(stream_id id) const noexcept {
    auto const entry = sending_.find(id);
    if (entry == sending_.end() || !entry->second.due) return false;
    auto const* const stream = std::as_const(streams_).find(id);
    return stream != nullptr && stream->send.unsent_bytes() == 0;
  }

  stream_directory& streams_;
  stream_event_queue& events_;
  // Looked up with every frame about a stream, and a peer may see to it that there are as many as streams.
  std::map<stream_id, sending> sending_;
  std::map<stream_id, receiving> receiving_;
  std::set<stream_id> ready_;  ///< of those that are sent, whose RESET_STREAM_AT may go now
};

/// In its place where streams are reset wholly or not at all.
struct no_partial_resets {
  constexpr no_partial_resets(stream_directory&, stream_event_queue&) noexcept {}
  static constexpr bool is_cut(stream_id) noexcept { return false; }
  static constexpr std::uint64_t code_for(stream_id, std::uint64_t wanted) noexcept { return wanted; }
  static constexpr bool has_frames() noexcept { return false; }
  static constexpr void write(byte_writer&, sent_frames&) noexcept {}
  static constexpr sent_frame const& as_acked(sent_frame const& frame) noexcept { return frame; }
  static constexpr result<> check_code(stream_state const&, std::uint64_t) noexcept { return {}; }
  static constexpr bool is_pending(stream_id) noexcept { return false; }
  static constexpr bool finish_if_due(stream_state&, receive_window&) noexcept { return false; }
  static constexpr void settle(stream_state const&) noexcept {}
};

}  // namespace quoin
