// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an application does with the streams of WebTransport's sessions.
#pragma once

#include <quoin/http3/session/data_stream_events.hpp>
#include <quoin/http3/session/send.hpp>

namespace quoin::http3 {

/// A part of `session`, made anew for each use. A session of WebTransport has the ID of its request (RFC 9220); streams
/// that are over, and those of sessions that are, are unknown here.
template <transport T>
class data_streams {
 public:
  data_streams(session_state& session, T& on) noexcept : session_(session), on_(on) {}

  /// Which draft is spoken with the peer.
  [[nodiscard]] webtransport_version version() { return spoken(session_, on_); }

  /// The session `id` is established: its streams and datagrams are told from now on. At a client it may be asked for
  /// only; then streams may be opened and datagrams sent, and when the answer has come, this is to be said again. False
  /// when that request is not one for a session, or is over.
  bool take(stream_id id) {
    auto* const one = session_.exchanges.find(id);
    return one != nullptr && establish(session_, on_, *one);
  }

  /// The oldest datagram that came before the session.
  std::optional<std::vector<std::uint8_t>> take_held_datagram(stream_id id) {
    return session_.webtransport.held.take(id);
  }

  /// A new stream of a session; `limit_reached` until `streams_available`.
  send_result<stream_id> open(stream_id owner, stream_direction direction) {
    if (session_.closed) return unexpected{send_errc::connection_closed};
    auto const* const asked = session_.exchanges.find(owner);
    if (asked == nullptr || !asked->takes_streams) return unexpected{send_errc::unknown_exchange};
    if (!is_allowed(owner, direction)) return unexpected{send_errc::limit_reached};
    auto const id = on_.open(direction);
    if (!id) return unexpected{opening_error(id.error())};
    auto& one = session_.webtransport.streams[*id];
    one.id = *id;
    session_.webtransport.give_owner(one, owner);
    one.at = data_stream::phase::open;
    one.writing = true;
    one.sent_all = false;
    one.reading = id->is_bidirectional();
    // No exchange has this number, whatever comes next (RFC 9114 6.1).
    if (one.reading && session_.self == role::client) session_.next_request = stream_id{id->value() + 4};
    detail::count_ours(session_, on_, one);
    write_header(one, owner);
    return *id;
  }

  /// Takes as much as there is room for; when that is not all, `stream_writable` follows.
  send_result<std::size_t> write(stream_id id, byte_view bytes) {
    auto* const one = writable(id);
    if (one == nullptr) return unexpected{send_errc::unknown_exchange};
    auto const allowed = bytes.first(detail::allowed_of(session_, *one, bytes.size()));
    auto const taken = flush_data(on_, *one) ? detail::hand_over(on_, id, allowed) : std::size_t{0};
    if (auto* const credit = session_.webtransport.credit_of(one->owner)) credit->bytes.use(taken);
    one->written += taken;
    one->wants_writable = taken < bytes.size();
    return taken;
  }

  void finish(stream_id id) {
    auto* const one = writable(id);
    if (one == nullptr) return;
    one->writing = one->wants_writable = false;
    one->finish_when_sent = true;
    static_cast<void>(flush_data(on_, *one));
  }

  /// Gives up sending, for a code of HTTP/3.
  void reset(stream_id id, error_code code) {
    auto* const one = usable(id);
    if (one == nullptr || one->sent_all) return;
    detail::reset_ours(session_, on_, *one, number_of(code));
    detail::queue(session_, *one);
  }
  /// The rest of what the peer sends is not wanted.
  void stop(stream_id id, error_code code) {
    auto* const one = usable(id);
    if (one == nullptr || !one->reading) return;
    detail::stop_reading(session_, on_, *one, number_of(code));
    detail::queue(session_, *one);
  }

  /// What has come, where it lies.
  byte_view peek(stream_id id) {
    auto* const one = usable(id);
    if (one == nullptr || !one->reading || one->ended) return {};
    auto const view = on_.peek(id);
    if (!view) return {};
    if (view->empty()) {
      one->told_readable = false;
      detail::queue(session_, *one);
    }
    return *view;
  }
  /// At most as much as `peek` showed.
  void consume(stream_id id, std::size_t count) {
    auto* const one = usable(id);
    if (one == nullptr || !one->reading || one->ended || count == 0) return;
    if (!detail::count_bytes(session_, on_, *one)) return;
    one->ended = on_.consume(id, count).value_or(false);
    one->size_known = one->size_known || one->ended;
    detail::count_consumed(session_, *one, count);
    if (one->ended) detail::queue(session_, *one);
  }

  // ---- limits of the session ("Flow Control")

  /// Whether there are some, so that capsules about them mean something.
  [[nodiscard]] bool has_limits(stream_id owner) const noexcept {
    return session_.webtransport.credits.contains(owner);
  }
  /// A capsule about them came. An error ends the session.
  result<> take_capsule(stream_id owner, webtransport::session_capsule what, std::uint64_t value) {
    auto* const credit = session_.webtransport.credit_of(owner);
    if (credit == nullptr) return {};
    QUOIN_TRY(http3::take_capsule(*credit, what, value));
    if (what == webtransport::session_capsule::max_data) detail::wake_writers(session_, owner);
    for (auto const direction : {stream_direction::bidirectional, stream_direction::unidirectional}) {
      auto& wanted = credit->wants_streams[index_of(direction)];
      if (!wanted || credit->streams[index_of(direction)].available() == 0) continue;
      wanted = false;
      session_.announcements.push_back(
          {session_event::kind::streams_available, stream_id{session_.self, direction, 0}, 0});
    }
    return {};
  }

  [[nodiscard]] std::size_t size() const noexcept { return session_.webtransport.streams.size(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return session_.webtransport.waiting; }
  [[nodiscard]] std::size_t sessions() const noexcept { return session_.webtransport.sessions; }
  [[nodiscard]] std::size_t held_datagrams() const noexcept { return session_.webtransport.held.size(); }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return session_.webtransport.held.bytes(); }

 private:
  bool is_allowed(stream_id owner, stream_direction direction) {
    auto* const credit = session_.webtransport.credit_of(owner);
    auto const which = index_of(direction);
    if (credit == nullptr || credit->streams[which].available() > 0) return true;
    credit->streams[which].note_blocked();
    credit->wants_streams[which] = session_.webtransport.credit_moved = true;
    return false;
  }

  data_stream* usable(stream_id id) {
    auto* const one = session_.webtransport.find(id);
    return one == nullptr || session_.closed || one->at != data_stream::phase::open ? nullptr : one;
  }
  data_stream* writable(stream_id id) {
    auto* const one = usable(id);
    return one == nullptr || !one->writing ? nullptr : one;
  }

  /// "Unidirectional streams", "Bidirectional Streams"
  void write_header(data_stream& one, stream_id owner) {
    std::array<std::uint8_t, 16> room{};
    byte_writer writer{room};
    writer.varint(one.reading ? webtransport_signal : static_cast<std::uint64_t>(stream_type::webtransport));
    writer.varint(owner.value());
    one.header_size = writer.size();
    for (auto const byte : writer.written()) one.unsent.push_back(byte);
    static_cast<void>(flush_data(on_, one));
  }

  session_state& session_;
  T& on_;
};

}  // namespace quoin::http3
