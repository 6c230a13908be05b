// SPDX-License-Identifier: BSL-1.0
/// \file
/// The streams of one connection: frames in, application in and out, frames out (RFC 9000 2, 3, 4).
#pragma once

#include <quoin/stream/stream_intake.hpp>
#include <quoin/wire/transport_parameters.hpp>

namespace quoin {

/// Every frame handler is total: it answers with the error code of RFC 9000 or leaves the streams consistent, whatever
/// was received before. Frames about streams that are gone are ignored. Neither movable nor copyable. `Resets` is
/// `partial_resets` where RESET_STREAM_AT is spoken.
template <stream_scheduler S, class Resets = no_partial_resets>
class streams : public stream_intake<S, Resets> {
  using intake = stream_intake<S, Resets>;
  using intake::deliver;
  using intake::directory_;
  using intake::events_;
  using intake::outbox_;
  using intake::resets_;
  using intake::settle;

 public:
  using settings = stream_settings;

  explicit streams(settings const& ours) : intake(ours) {}
  streams(streams const&) = delete;
  streams& operator=(streams const&) = delete;

  /// The peer's limits, remembered for 0-RTT or from the handshake; smaller ones than before have no effect.
  void on_peer_limits(wire::transport_parameters const& peer) {
    directory_.set_peer_limits({peer.initial_max_data, peer.initial_max_stream_data_bidi_local,
                                peer.initial_max_stream_data_bidi_remote, peer.initial_max_stream_data_uni,
                                peer.initial_max_streams_bidi, peer.initial_max_streams_uni});
    raise_count(stream_direction::bidirectional, peer.initial_max_streams_bidi);
    raise_count(stream_direction::unidirectional, peer.initial_max_streams_uni);
    outbox_.raise_credit(peer.initial_max_data);
    outbox_.refresh_all();
  }

  /// Early data was rejected (RFC 9001 4.6.2): our streams begin anew, under the limits that `on_peer_limits` brings.
  void start_over() {
    directory_.forget_peer_limits();
    outbox_.start_over();
  }

  /// The same where nothing is to be said again: our streams are gone, and their numbers free.
  void forget_ours() {
    directory_.table().for_each([&](stream_state& stream) { outbox_.forget(stream); });
    directory_.forget_ours();
    outbox_.refresh_all();
  }

  // ---- frames of the peer

  /// RFC 9000 19.8. Bytes that are next in order are offered to `sink.on_stream_data(id, bytes, ends)`, which returns
  /// how many it took; the rest waits for `read`. `ends` says that the stream's end follows the bytes: taking all of
  /// them takes the end too, when the sink says `static constexpr bool takes_stream_data = true` or there were any
  /// bytes. The sink may use the streams, this one included. Bytes are offered before the `opened` event is handed out.
  template <class Sink>
  result<> on_stream(wire::stream_frame const& frame, instant now, duration rtt, Sink&& sink) {
    auto const named = directory_.named_by_sender(frame.id);
    if (!named) return unexpected{named.error()};
    if (*named == nullptr) return {};
    auto const in_order = (*named)->receive.on_stream(frame, outbox_.window());
    if (!in_order) return unexpected{in_order.error()};
    tell_size(**named);
    deliver(**named, *in_order, now, rtt, sink);
    return {};
  }

  /// RFC 9000 19.4, 4.5
  result<> on_reset_stream(wire::reset_stream_frame const& frame) {
    auto const named = directory_.named_by_sender(frame.id);
    if (!named) return unexpected{named.error()};
    if (*named == nullptr) return {};
    QUOIN_TRY(resets_.check_code(**named, frame.code));
    auto const told = (*named)->receive.on_reset(frame.final_size, frame.code, outbox_.window());
    if (!told) return unexpected{told.error()};
    tell_size(**named);
    if (*told) events_.push({stream_event::kind::reset_by_peer, frame.id, frame.code});
    settle(**named);
    return {};
  }

  /// draft-ietf-quic-reliable-stream-reset 5
  result<> on_reset_stream_at(wire::reset_stream_at_frame const& frame) {
    auto const named = directory_.named_by_sender(frame.id);
    if (!named) return unexpected{named.error()};
    if (*named == nullptr) return {};
    QUOIN_TRY(resets_.on_frame(**named, frame, outbox_.window()));
    tell_size(**named);
    settle(**named);
    return {};
  }

  /// RFC 9000 19.5, 3.5
  result<> on_stop_sending(wire::stop_sending_frame const& frame) {
    auto const named = directory_.named_by_receiver(frame.id);
    if (!named) return unexpected{named.error()};
    if (*named == nullptr) return {};
    if ((*named)->send.on_stop_sending(resets_.code_for(frame.id, frame.code)))
      events_.push({stream_event::kind::stop_sending, frame.id, frame.code});
    settle(**named);
    return {};
  }

  /// RFC 9000 19.9
  result<> on_max_data(wire::max_data_frame const& frame) {
    outbox_.raise_credit(frame.maximum);
    return {};
  }

  /// RFC 9000 19.10
  result<> on_max_stream_data(wire::max_stream_data_frame const& frame) {
    auto const named = directory_.named_by_receiver(frame.id);
    if (!named) return unexpected{named.error()};
    if (*named == nullptr) return {};
    if ((*named)->send.credit().raise(frame.maximum)) outbox_.refresh(**named);
    return {};
  }

  /// RFC 9000 19.11
  result<> on_max_streams(wire::max_streams_frame const& frame) {
    if (frame.maximum > stream_count_max) return fail(error_code::frame_encoding_error, "MAX_STREAMS above 2^60");
    raise_count(frame.direction, frame.maximum);
    return {};
  }

  /// RFC 9000 19.12: nothing to do; windows move when bytes are consumed, whether or not the peer complains.
  result<> on_data_blocked(wire::data_blocked_frame const&) { return {}; }

  /// RFC 9000 19.13: like DATA_BLOCKED, but it opens the stream (RFC 9000 3.2).
  result<> on_stream_data_blocked(wire::stream_data_blocked_frame const& frame) {
    QUOIN_TRY(directory_.named_by_sender(frame.id));
    return {};
  }

  /// RFC 9000 19.14: opens nothing.
  result<> on_streams_blocked(wire::streams_blocked_frame const& frame) {
    if (frame.limit > stream_count_max) return fail(error_code::frame_encoding_error, "STREAMS_BLOCKED above 2^60");
    return {};
  }

  // ---- the application's sending side

  stream_result<stream_id> open(stream_direction direction) {
    if (!directory_.knows_peer_limits()) return unexpected{stream_errc::not_ready};
    auto& credit = directory_.limits().ours(direction);
    if (credit.exhausted()) {
      credit.note_blocked();
      wants_streams_[index_of(direction)] = true;
      return unexpected{stream_errc::limit_reached};
    }
    return directory_.open(direction);
  }

  /// Copies as many bytes as the stream's buffer has room for; when that is not all, a `writable` event follows.
  stream_result<std::size_t> write(stream_id id, byte_view bytes) {
    auto const stream = writable(id);
    if (!stream) return unexpected{stream.error()};
    auto& part = (*stream)->send;
    auto const capacity = directory_.settings().send_buffer;
    auto const room = part.held_bytes() < capacity ? capacity - part.held_bytes() : 0;
    auto const taken = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
    (*stream)->wants_writable |= taken < bytes.size();
    part.append_copy(bytes.first(taken));
    outbox_.refresh(**stream);
    return taken;
  }

  /// Takes the whole slice without copying it, whatever its size; `unsent` tells how it goes on.
  stream_result<> write(stream_id id, send_slice slice) {
    auto const stream = writable(id);
    if (!stream) return unexpected{stream.error()};
    (*stream)->send.append(std::move(slice));
    outbox_.refresh(**stream);
    return {};
  }

  /// Nothing more will be written: the end is sent after the last byte.
  stream_result<> finish(stream_id id) {
    auto const stream = writable(id);
    if (!stream) return unexpected{stream.error()};
    (*stream)->send.finish();
    outbox_.refresh(**stream);
    return {};
  }

  /// Gives up sending. `already_finished` when everything was acknowledged, `was_reset` when it happened before.
  stream_result<> reset(stream_id id, std::uint64_t code) {
    auto const stream = directory_.for_sending(id);
    if (!stream) return unexpected{stream.error()};
    if (!(*stream)->send.reset(resets_.code_for(id, code)))
      return unexpected{(*stream)->send.state() == send_state::data_received ? stream_errc::already_finished
                                                                             : stream_errc::was_reset};
    settle(**stream);
    return {};
  }

  /// Gives up sending but for the first `size` bytes. May be done again with fewer; then the code stays. `not_written`
  /// when there are not so many, `was_reset` when no more were promised before.
  stream_result<> reset_at(stream_id id, std::uint64_t code, std::uint64_t size) {
    auto const stream = directory_.for_sending(id);
    if (!stream) return unexpected{stream.error()};
    auto const done = resets_.reset(**stream, code, size);
    settle(**stream);
    return done;
  }

  stream_result<> prioritize(stream_id id, stream_priority priority) {
    auto const stream = directory_.for_sending(id);
    if (!stream) return unexpected{stream.error()};
    outbox_.prioritize(**stream, priority);
    return {};
  }

  /// Bytes written and not sent even once; 0 for streams that are gone.
  [[nodiscard]] byte_count unsent(stream_id id) const {
    auto const* const stream = directory_.find(id);
    return stream == nullptr ? 0 : stream->send.unsent_bytes();
  }

  /// How far a stream has come; nothing when it is gone.
  [[nodiscard]] std::optional<stream_sizes> sizes(stream_id id) const {
    auto const* const stream = directory_.find(id);
    if (stream == nullptr) return std::nullopt;
    return stream_sizes{stream->receive.window().received(), stream->receive.next_offset(), stream->send.counted()};
  }

  /// A `size_known` event is to say how much the peer sends in all, as soon as that is known, even if nobody reads it:
  /// for who counts credit of its own.
  stream_result<> watch_size(stream_id id) {
    auto const stream = directory_.for_receiving(id);
    if (!stream) return unexpected{stream.error()};
    (*stream)->tells_size = true;
    tell_size(**stream);
    return {};
  }

  // ---- packets

  /// Whether `write_control` has something to write.
  [[nodiscard]] bool has_control() const noexcept { return outbox_.has_control() || resets_.has_frames(); }
  /// Whether `write_data` has something to write now, flow control permitting.
  [[nodiscard]] bool has_data() const noexcept { return outbox_.has_data(); }
  /// Whether there is data to send and only the peer's limits are in the way.
  [[nodiscard]] bool data_limited_by_peer() const noexcept { return outbox_.is_limited_by_peer(); }

  /// MAX_*, RESET_STREAM, STOP_SENDING and *_BLOCKED frames, as they fit.
  void write_control(byte_writer& writer, sent_frames& frames) {
    outbox_.write_control(writer, frames, [&](stream_state& stream) { settle(stream); });
    resets_.write(writer, frames);
  }

  /// STREAM frames, as they fit. One that ends where the writer's room ends has no length: nothing may follow it. That
  /// their credit is used up is said behind them, or would take a packet for each byte of credit that comes.
  void write_data(byte_writer& writer, sent_frames& frames) {
    [[maybe_unused]] auto const before = frames.size();
    outbox_.write_data(writer, frames);
    if constexpr (speaks_partial_resets)
      for (auto at = before; at < frames.size(); ++at) resets_.note_progress(stream_id{frames[at].id});
    if (outbox_.owes_more()) [[unlikely]]
      write_control(writer, frames);
  }

  void on_acked(sent_frame const& frame) {
    if constexpr (speaks_partial_resets)
      if (frame.what == sent_frame::kind::reset_stream_at) return on_reset_at_acked(frame);
    if (frame.what != sent_frame::kind::stream && frame.what != sent_frame::kind::reset_stream) return;
    auto* const stream = directory_.find(stream_id{frame.id});
    if (stream == nullptr) return;
    if (frame.what == sent_frame::kind::reset_stream)
      stream->send.on_reset_acked();
    else if (stream->send.on_acked(resets_.as_acked(frame)))
      events_.push({stream_event::kind::send_finished, stream->id, 0});
    if (stream->wants_writable && stream->send.held_bytes() <= directory_.settings().send_buffer / 2) {
      stream->wants_writable = false;
      if (stream->send.writable()) events_.push({stream_event::kind::writable, stream->id, 0});
    }
    settle(*stream);
  }

  /// What was in the frame is queued again unless it has become pointless; limits are sent with their newest value.
  void on_lost(sent_frame const& frame) {
    if constexpr (speaks_partial_resets)
      if (frame.what == sent_frame::kind::reset_stream_at) return resets_.on_lost(stream_id{frame.id}, frame.offset);
    if (outbox_.on_limit_lost(frame)) return;
    if (auto* const stream = directory_.find(stream_id{frame.id}); stream != nullptr && stream->on_lost(frame))
      settle(*stream);
  }

  /// Offers every stream's waiting bytes to a sink that was not there when they came.
  template <class Sink>
  void offer_waiting(instant now, duration rtt, Sink& sink) {
    std::vector<stream_id> waiting;
    directory_.table().for_each([&](stream_state& stream) {
      if (!stream.receive.readable().empty() || stream.receive.at_end()) waiting.push_back(stream.id);
    });
    for (auto const id : waiting)
      if (auto* const stream = directory_.find(id)) deliver(*stream, {}, now, rtt, sink);
  }

  // ---- what happened

  std::optional<stream_event> next_event() {
    auto const event = events_.take(directory_);
    if (event && event->what == stream_event::kind::reset_by_peer) {
      if (auto* const stream = directory_.find(event->id)) {
        stream->receive.on_reset_read();
        settle(*stream);
      }
    }
    return event;
  }

  /// Streams that are open, whoever opened them.
  [[nodiscard]] std::size_t open_count() const noexcept { return directory_.table().open_count(); }

  /// Bytes kept for sending, for acknowledgement or for reading; walks all streams.
  [[nodiscard]] byte_count held_bytes() const {
    byte_count total = 0;
    directory_.table().for_each(
        [&](stream_state const& stream) { total += stream.send.held_bytes() + stream.receive.held_bytes(); });
    return total;
  }

 private:
  void tell_size(stream_state& stream) {
    if (!stream.tells_size) return;
    auto const size = stream.receive.final_size();
    if (!size) return;
    stream.tells_size = false;
    events_.push({stream_event::kind::size_known, stream.id, *size});
  }

  void on_reset_at_acked(sent_frame const& frame) {
    auto* const stream = directory_.find(stream_id{frame.id});
    if (stream == nullptr) return;
    resets_.on_acked(*stream, frame.offset);
    settle(*stream);
  }

  void raise_count(stream_direction direction, std::uint64_t limit) {
    auto& credit = directory_.limits().ours(direction);
    if (!credit.raise(limit)) return;
    if (outbox_.withholding()) outbox_.refresh_all();
    if (!wants_streams_[index_of(direction)] || credit.exhausted()) return;
    wants_streams_[index_of(direction)] = false;
    events_.push({stream_event::kind::streams_available, stream_id{directory_.settings().self, direction, 0}, 0});
  }

  stream_result<stream_state*> writable(stream_id id) {
    auto const stream = directory_.for_sending(id);
    if (stream) QUOIN_TRY((*stream)->send.writable());
    if (stream && resets_.is_cut(id)) return unexpected{stream_errc::was_reset};
    return stream;
  }

  static constexpr bool speaks_partial_resets = std::is_same_v<Resets, partial_resets>;

  bool wants_streams_[2] = {false, false};
};

}  // namespace quoin
