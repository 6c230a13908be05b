// SPDX-License-Identifier: BSL-1.0
/// \file
/// The receiving side of a connection's streams: bytes on their way from a frame to the application (RFC
/// 9000 2.2, 2.4).
#pragma once

#include <quoin/stream/partial_resets.hpp>
#include <quoin/stream/stream_error.hpp>
#include <quoin/stream/stream_event_queue.hpp>
#include <quoin/stream/stream_outbox.hpp>
#include <quoin/stream/stream_sink.hpp>

namespace quoin {

/// What `streams` is built on: its parts, and what an application does with bytes that came.
template <stream_scheduler S, class Resets>
class stream_intake {
 public:
  /// Copies the next bytes out. `fin` comes once, with the last of them.
  stream_result<read_outcome> read(stream_id id, byte_span out, instant now, duration rtt) {
    auto const stream = readable(id);
    if (!stream) return unexpected{stream.error()};
    auto& part = (*stream)->receive;
    read_outcome outcome;
    while (outcome.size < out.size()) {
      auto const view = part.readable();
      auto const count = std::min(view.size(), out.size() - outcome.size);
      if (count == 0) break;
      std::memcpy(out.data() + outcome.size, view.data(), count);
      take(part, count, now, rtt);
      outcome.size += count;
    }
    resets_.finish_if_due(**stream, outbox_.window());
    outcome.fin = part.at_end();
    if (outcome.fin) part.on_end_read();
    settle(**stream);
    return outcome;
  }

  /// The next bytes in order, as many as lie in one piece, valid until the stream is used or receives.
  stream_result<byte_view> peek(stream_id id) {
    auto const stream = readable(id);
    if (!stream) return unexpected{stream.error()};
    return (*stream)->receive.readable();
  }

  /// Takes `count` bytes, at most those that `peek` showed. True when the end was reached with them.
  stream_result<bool> consume(stream_id id, std::size_t count, instant now, duration rtt) {
    auto const stream = readable(id);
    if (!stream) return unexpected{stream.error()};
    auto& part = (*stream)->receive;
    QUOIN_ASSERT(count <= part.readable_size());
    take(part, count, now, rtt);
    resets_.finish_if_due(**stream, outbox_.window());
    bool const fin = part.at_end();
    if (fin) part.on_end_read();
    settle(**stream);
    return fin;
  }

  /// Nothing more will be read: what waits and what comes is dropped, and the peer is asked to stop (RFC 9000 3.5).
  stream_result<> stop_sending(stream_id id, std::uint64_t code) {
    auto const stream = directory_.for_receiving(id);
    if (!stream) return unexpected{stream.error()};
    auto& part = (*stream)->receive;
    if (part.stopped() || is_terminal(part.state())) return unexpected{stream_errc::already_finished};
    part.stop(code, outbox_.window());
    settle(**stream);
    return {};
  }

 protected:
  explicit stream_intake(stream_settings const& ours) : directory_(ours), outbox_(directory_) {}
  ~stream_intake() = default;
  stream_intake(stream_intake const&) = delete;
  stream_intake& operator=(stream_intake const&) = delete;

  /// Offers what is next in order to the sink for as long as it takes everything, and keeps the rest.
  template <class Sink>
  void deliver(stream_state& named, byte_view fresh, instant now, duration rtt, Sink& sink) {
    auto* stream = &named;
    auto const id = named.id;
    while (true) {
      auto const view = fresh.empty() ? stream->receive.readable() : fresh;
      auto const from = stream->receive.next_offset();
      bool const ends = stream->receive.ends_at(from + view.size()) && !resets_.is_pending(id);
      if ((view.empty() && !(ends && stream->receive.at_end())) || stream->receive.stopped()) break;
      auto const taken = std::min<std::size_t>(sink.on_stream_data(id, view, ends), view.size());
      // The sink may have read, stopped or finished the stream in the meantime.
      stream = directory_.find(id);
      if (stream == nullptr) return;
      if (stream->receive.stopped() || stream->receive.next_offset() != from || is_terminal(stream->receive.state()))
        break;
      take(stream->receive, taken, now, rtt);
      if (!fresh.empty()) stream->receive.keep(view.subspan(taken));
      fresh = {};
      if (resets_.finish_if_due(*stream, outbox_.window())) break;
      if (!resets_.is_pending(id)) stream->receive.on_delivered();
      if (taken < view.size()) break;
      if (ends && (!view.empty() || takes_bare_end(sink))) stream->receive.on_end_read();
      if (ends) break;
    }
    if (!resets_.is_pending(id)) stream->receive.on_delivered();
    if (!stream->receive.stopped() && (!stream->receive.readable().empty() || stream->receive.at_end()))
      events_.push_readable(*stream);
    settle(*stream);
  }

  /// Moves both windows (RFC 9000 4.2).
  void take(receive_part& part, std::size_t count, instant now, duration rtt) noexcept {
    part.consume(count, now, rtt);
    outbox_.window().on_consumed(count, now, rtt);
  }

  /// After a change: the stream is forgotten when nothing can happen on it any more, else put where it belongs.
  void settle(stream_state& stream) {
    resets_.settle(stream);
    if (!stream.is_over()) [[likely]]
      return outbox_.refresh(stream);
    let_go(stream);
  }

  stream_directory directory_;
  stream_outbox<S> outbox_;
  stream_event_queue events_;
  [[no_unique_address]] Resets resets_{directory_, events_};

 private:
  /// Apart, so that `settle` is little more than a jump for each packet of a stream that goes on.
  [[gnu::noinline]] void let_go(stream_state& stream) {
    outbox_.forget(stream);
    directory_.remove(stream.id);
  }

  /// A stream whose bytes may be asked for. Learning of a reset ends its receiving part.
  stream_result<stream_state*> readable(stream_id id) {
    auto const stream = directory_.for_receiving(id);
    if (!stream) return stream;
    auto& part = (*stream)->receive;
    if (part.state() == receive_state::reset_received || part.state() == receive_state::reset_read) {
      part.on_reset_read();
      settle(**stream);
      return unexpected{stream_errc::was_reset};
    }
    if (part.stopped() || part.state() == receive_state::data_read) return unexpected{stream_errc::already_finished};
    return stream;
  }
};

}  // namespace quoin
