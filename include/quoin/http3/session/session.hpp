// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 on one connection, as its application sees it: requests and responses in, requests and responses out.
#pragma once

#include <quoin/http3/session/data_stream_calls.hpp>
#include <quoin/http3/session/say_credit.hpp>
#include <quoin/http3/session/stream_events.hpp>
#include <quoin/http3/session/telling.hpp>
#include <quoin/http3/wire/datagram.hpp>

namespace quoin::http3 {

/// A client's or server's end of an HTTP/3 connection (RFC 9114) over a transport that is handed to each call, for it
/// owns nothing but its own state. Whoever drives it tells `on_connected` and `on_event`, and takes `next_event`
/// until there is none. A stream is read only as far as the application asks for: content that it does not read stays
/// with the transport, whose credit the peer then does not get.
template <transport T>
class session {
 public:
  /// `key` is secret; see `qpack::encoder`.
  session(role self, session_settings const& settings, hash_key const& key) : state_(self, settings, key) {}
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  // ---- from the transport

  /// The handshake is complete, or streams may be used for another reason. Sends SETTINGS.
  void on_connected(T& on) {
    state_.early = false;
    start(state_, on);
  }

  /// Client: early data may be said, for a server whose settings were `remembered` when the session began that is
  /// resumed (RFC 9114 7.2.4.2). Until `on_connected`, requests are taken whose method is safe and that have no
  /// content, for all of it may be replayed (RFC 8470 4). They are compressed without the server's table, which it may
  /// not have any more when it rejects them and they are said again.
  void on_early(T& on, wire_settings const& remembered) {
    state_.early = true;
    state_.assumed = remembered;
    start(state_, on);
  }
  /// Client: the server took no early data, so that nothing has to be as it was.
  void on_early_rejected() { state_.assumed.reset(); }

  /// Something happened to a stream.
  void on_event(T& on, stream_event const& event) {
    if (state_.closed) return;
    start(state_, on);
    switch (event.what) {
      case stream_event::kind::opened: http3::on_opened(state_, on, event.id); break;
      case stream_event::kind::readable: http3::on_readable(state_, on, event.id); break;
      case stream_event::kind::writable: http3::on_writable(state_, on, event.id); break;
      case stream_event::kind::reset_by_peer: http3::on_reset(state_, on, event.id, event.code); break;
      case stream_event::kind::stop_sending: http3::on_stop_sending(state_, on, event.id, event.code); break;
      case stream_event::kind::send_finished: http3::on_acknowledged(state_, on, event.id); break;
      case stream_event::kind::size_known: http3::on_size_known(state_, on, event.id, event.code); break;
      case stream_event::kind::streams_available: http3::on_streams_available(state_, on, event.id); break;
    }
    if (!state_.closed) flush_critical(state_, on);
  }

  /// The payload of a datagram for a request that takes some, if it is one (RFC 9297 2).
  std::optional<http_datagram> on_datagram(T& on, byte_view bytes) {
    if (state_.closed) return std::nullopt;
    auto const read = read_datagram(bytes);
    if (!read) return fail_with(on, read.error());
    auto* const one = state_.exchanges.find(read->id);
    if (one == nullptr) {
      if (state_.self == role::server && is_beyond_limit(state_, read->id))
        return fail_with(on, {error_code::id_error, "a datagram of a request beyond the limit"});
      static_cast<void>(hold_datagram(state_, read->id, read->payload));
      return std::nullopt;  // it is over, or has not come yet
    }
    bool const early = one->asks_for_session && !detail::is_answered(state_, *one);
    if (one->takes_datagrams && !one->received_all() && !early) return read.value();
    if (hold_datagram(state_, read->id, read->payload) || one->asks_for_session) return std::nullopt;
    if (one->known && !one->received_all() && one->receiving != receive_phase::head)
      refuse(state_, on, *one,
             {error_code::datagram_error, "datagrams mean nothing to this request", error_scope::stream});
    return std::nullopt;
  }

  /// When `expire` should be called; and gives up what has been waited for too long.
  [[nodiscard]] instant deadline() const noexcept { return state_.exchanges.empty() ? never : next_look_; }
  void expire(T& on) {
    if (on.now() < next_look_) return;
    next_look_ = saturating_add(on.now(), std::chrono::seconds{1});
    state_.exchanges.for_each([&](exchange& one) {
      if (!state_.closed && is_overdue(state_, one, on.now()))
        refuse(state_, on, one, {error_code::excessive_load, "too slow", error_scope::stream});
    });
  }

  // ---- to the application

  /// The oldest thing that has not been told yet.
  std::optional<session_event> next_event(T& on) {
    say_credit(state_, on);
    if (!state_.announcements.empty()) {
      auto const event = state_.announcements.front();
      state_.announcements.pop_front();
      return event;
    }
    while (!state_.ready.empty()) {
      auto const id = state_.ready.front();
      state_.ready.pop_front();
      auto* const one = state_.exchanges.find(id);
      auto* const data = one == nullptr ? state_.webtransport.find(id) : nullptr;
      if (one == nullptr && data == nullptr) continue;
      (one != nullptr ? one->queued : data->queued) = false;
      auto const event = one != nullptr ? next_of(state_, on, *one) : next_of(state_, on, *data);
      flush_critical(state_, on);
      if (event) return event;
    }
    say_credit(state_, on);
    return std::nullopt;
  }

  /// What began: a request at a server, a response at a client. Nothing when the exchange is over or has not begun.
  [[nodiscard]] message_head const* head(stream_id id) {
    return with(id, [](exchange& one) { return &one.head; });
  }
  [[nodiscard]] field_list const* fields(stream_id id) {
    return with(id, [](exchange& one) { return &one.fields; });
  }
  [[nodiscard]] field_list const* trailers(stream_id id) {
    return with(id, [](exchange& one) { return &one.trailers; });
  }
  /// A pointer of the application's own for each exchange; none when it is over.
  [[nodiscard]] void* context(stream_id id) {
    auto* const one = state_.exchanges.find(id);
    return one == nullptr ? nullptr : one->context;
  }
  void set_context(stream_id id, void* context) {
    if (auto* const one = state_.exchanges.find(id)) one->context = context;
  }

  /// Content that has come, where it lies; empty when there is none now. `consume` lets go of it, and gives the peer
  /// credit for more.
  byte_view peek(T& on, stream_id id) {
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr || one->receiving != receive_phase::content) return {};
    auto const view = receive(state_, on, *one);
    if (view.empty()) one->content_told = false;
    if (one->found != finding::nothing) queue(state_, *one);
    return view;
  }
  /// At most as much as `peek` showed; nothing is left of that when the exchange was given up meanwhile.
  void consume(T& on, stream_id id, std::size_t count) {
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr || count == 0 || one->received_all()) return;
    QUOIN_ASSERT(count <= one->frames.remaining() && detail::in_content(*one));
    one->frames.took(count);
    detail::take(on, *one, count);
  }

  /// The rest of the peer's message is not wanted. A server that has answered says so with H3_NO_ERROR (RFC 9114 4.1).
  void stop_reading(T& on, stream_id id, error_code code) {
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr || one->received_all()) return;
    stop_receiving(state_, on, *one, code, true);
    if (one->found != finding::failed) one->found = finding::nothing;
    flush_critical(state_, on);
    settle(state_, on, *one);
  }

  // ---- requests and responses

  /// Client: begins a request. `ends`: it has no content and no trailers.
  send_result<stream_id> open(T& on, std::span<field const> fields, bool ends) {
    if (state_.closed) return unexpected{send_errc::connection_closed};
    if (state_.goaway_sent || state_.goaway_received) return unexpected{send_errc::going_away};
    start(state_, on);
    auto const head = checked(fields, role::client);
    if (!head) return unexpected{head.error()};
    if (state_.early && !(ends && is_safe(head->method))) return unexpected{send_errc::limit_reached};
    bool const asks = takes_sessions(state_) && may_ask_for_session(head->protocol);
    if (asks) QUOIN_TRY(may_open_session(on, head->protocol));
    auto const id = on.open(stream_direction::bidirectional);
    if (!id) return unexpected{opening_error(id.error())};
    auto& one = state_.exchanges.add(*id, on.now());
    one.known = true;
    one.is_head_request = head->method == "HEAD";
    one.is_connect_request = head->is_connect();
    one.asks_for_session = one.is_session = asks;
    if (asks) ++state_.webtransport.sessions;
    state_.next_request = stream_id{id->value() + 4};
    if (auto const sent = send_section(state_, on, one, fields); !sent) {
      one.known = false;
      give_up(state_, on, one, error_code::request_cancelled, error_code::request_cancelled);
      return unexpected{sent.error()};
    }
    one.sending = send_phase::content;
    if (ends) finish_message(state_, on, one);
    return *id;
  }

  /// Server: an interim response, or the final one.
  send_result<> respond(T& on, stream_id id, std::span<field const> fields, bool ends) {
    auto const one = sendable(id, send_phase::head);
    if (!one) return unexpected{one.error()};
    auto const head = checked(fields, role::server);
    if (!head) return unexpected{head.error()};
    if (head->is_interim() && ends) return unexpected{send_errc::out_of_order};
    QUOIN_TRY(send_section(state_, on, **one, fields));
    if (!head->is_interim()) (*one)->sending = send_phase::content;
    state_.webtransport.credit_moved = true;  // capsules may be said from now on
    if (ends) finish_message(state_, on, **one);
    return {};
  }

  /// Takes as much content as there is room for; when that is not all, `writable` follows.
  send_result<std::size_t> write(T& on, stream_id id, byte_view bytes) {
    auto const one = sendable(id, send_phase::content);
    if (!one) return unexpected{one.error()};
    auto const taken = send_data(on, **one, bytes);
    (*one)->wants_writable = taken < bytes.size();
    return taken;
  }

  /// The end of our message, perhaps with trailers.
  send_result<> finish(T& on, stream_id id, std::span<field const> trailers = {}) {
    auto const one = sendable(id, send_phase::content);
    if (!one) return unexpected{one.error()};
    if (!trailers.empty()) {
      copy_to_scratch(trailers);
      if (!check_trailers(checked_)) return unexpected{send_errc::malformed};
      QUOIN_TRY(send_section(state_, on, **one, trailers));
    }
    finish_message(state_, on, **one);
    return {};
  }

  /// Gives an exchange up: at a client with H3_REQUEST_CANCELLED, at a server with H3_REQUEST_REJECTED if nothing has
  /// been done for it, else H3_REQUEST_CANCELLED or what went wrong (RFC 9114 4.1.1).
  void cancel(T& on, stream_id id, error_code code = error_code::request_cancelled) {
    if (auto* const one = state_.exchanges.find(id)) give_up(state_, on, *one, code, code);
    if (!state_.closed) flush_critical(state_, on);
  }

  /// The same for what the peer did against the rules of the protocol that is spoken on the exchange: it costs the peer
  /// what a malformed message would (RFC 9114 10.5).
  void cancel_for(T& on, stream_id id, error_code code, std::string_view reason) {
    if (auto* const one = state_.exchanges.find(id); one != nullptr && one->found != finding::failed && !one->over)
      refuse(state_, on, *one, {code, reason, error_scope::stream});
    if (!state_.closed) flush_critical(state_, on);
  }

  // ---- priorities (RFC 9218)

  /// Server: how urgent a response is, whatever its client says. Client: tells the server.
  send_result<> prioritize(T& on, stream_id id, stream_priority priority) {
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr) return unexpected{send_errc::unknown_exchange};
    static_cast<void>(on.prioritize(id, priority));
    if (state_.self == role::server) return {};
    if (state_.control.unsent.size() > most_control_payload) return unexpected{send_errc::limit_reached};
    say_on_control(state_, on, [&](byte_writer& writer) {
      http3::write(writer, priority_update{id.value(), write_priority(priority)});
    });
    return {};
  }

  // ---- datagrams (RFC 9297)

  /// From now on datagrams of this request are taken; without it they end it.
  void take_datagrams(stream_id id) {
    if (auto* const one = state_.exchanges.find(id)) one->takes_datagrams = true;
  }
  /// Whether both ends have agreed on datagrams.
  [[nodiscard]] bool has_datagrams(T& on) const {
    return state_.settings.datagrams && on.max_datagram() > 0 && state_.peer_settings &&
           state_.peer_settings->h3_datagram;
  }
  /// The largest payload that fits into a datagram of this request now; 0 when there are none.
  [[nodiscard]] std::size_t max_datagram(T& on, stream_id id) const {
    if (!has_datagrams(on)) return 0;
    auto const most = on.max_datagram();
    return most - std::min(most, varint_size(id.value() / 4));
  }
  /// False when it cannot be sent now, or at all.
  bool send_datagram(T& on, stream_id id, byte_view payload) {
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr || !one->takes_datagrams || one->sending > send_phase::content || !has_datagrams(on))
      return false;
    state_.scratch.resize(8 + payload.size());
    byte_writer writer{state_.scratch};
    write_datagram_prefix(writer, id);
    writer.bytes(payload);
    return on.send_datagram(writer.written());
  }

  // ---- WebTransport (draft-ietf-webtrans-http3)

  /// Its sessions' streams.
  http3::data_streams<T> data_streams(T& on) noexcept { return {state_, on}; }
  /// How a session is asked for in the draft that is spoken; as far as is known.
  [[nodiscard]] std::string_view session_protocol(T& on) const { return http3::session_protocol(spoken(state_, on)); }

  // ---- the end (RFC 9114 5.2)

  /// Server: tells clients to make no more requests here, without refusing any yet. After a round trip or so,
  /// `shutdown` should follow.
  void announce_shutdown(T& on) {
    if (state_.self == role::server && !state_.goaway_sent) say_goaway(on, goaway_as_warning);
  }

  /// Takes no more requests, finishes those that are under way, and then closes with H3_NO_ERROR.
  void shutdown(T& on) {
    if (state_.closed) return;
    start(state_, on);
    auto const last = state_.self == role::server ? state_.next_request.value() : 0;
    if (!state_.goaway_sent || last < *state_.goaway_sent) say_goaway(on, last);
    close_if_done(state_, on);
  }

  /// Ends the connection at once.
  void close(T& on, error_code code, std::string_view reason) { end(state_, on, {code, reason}); }

  [[nodiscard]] bool closed() const noexcept { return state_.closed; }
  [[nodiscard]] role self() const noexcept { return state_.self; }
  [[nodiscard]] std::optional<wire_settings> const& peer_settings() const noexcept { return state_.peer_settings; }
  [[nodiscard]] bool going_away() const noexcept { return state_.goaway_sent || state_.goaway_received; }
  [[nodiscard]] std::size_t open_exchanges() const noexcept { return state_.exchanges.size(); }
  /// Bytes of unfinished field sections.
  [[nodiscard]] std::size_t held_sections() const noexcept { return state_.held_sections; }
  /// Bytes of fields that are unpacked.
  [[nodiscard]] std::size_t held_fields() const noexcept { return state_.held_fields; }
  [[nodiscard]] std::uint64_t serial(stream_id id) {
    auto* const one = state_.exchanges.find(id);
    return one == nullptr ? 0 : one->serial;
  }

 private:
  template <class Member>
  auto with(stream_id id, Member member) -> decltype(member(std::declval<exchange&>())) {
    auto* const one = state_.exchanges.find(id);
    return one == nullptr ? nullptr : member(*one);
  }

  std::nullopt_t fail_with(T& on, error const& why) {
    end(state_, on, why);
    return std::nullopt;
  }

  void say_goaway(T& on, std::uint64_t id) {
    state_.goaway_sent = id;
    say_on_control(state_, on, [id](byte_writer& writer) { write_number_frame(writer, frame_type::goaway, id); });
  }

  void copy_to_scratch(std::span<field const> fields) {
    checked_.clear();
    for (auto const& line : fields) checked_.add(line.name, line.value);
  }

  /// Nothing leaves that we would not take ourselves. The views are good until the next call.
  send_result<message_head> checked(std::span<field const> fields, role sender) {
    copy_to_scratch(fields);
    bool const extended = state_.peer_settings && state_.peer_settings->enable_connect_protocol;
    auto const head = sender == role::client ? read_request_head(checked_, true) : read_response_head(checked_);
    if (!head) return unexpected{send_errc::malformed};
    // RFC 9220 3, RFC 8441 3: the server says it in its settings, which may still be on their way.
    if (!head->protocol.empty() && !extended)
      return unexpected{state_.peer_settings ? send_errc::not_agreed : send_errc::limit_reached};
    return *head;
  }

  send_result<exchange*> sendable(stream_id id, send_phase wanted) {
    if (state_.closed) return unexpected{send_errc::connection_closed};
    auto* const one = state_.exchanges.find(id);
    if (one == nullptr || one->sending == send_phase::gone) return unexpected{send_errc::unknown_exchange};
    if (one->sending != wanted || !one->known) return unexpected{send_errc::out_of_order};
    return one;
  }

  /// draft-ietf-webtrans-http3, "Establishing a WebTransport-Capable HTTP/3 Connection", "Negotiating the Use of Flow
  /// Control".
  send_result<> may_open_session(T& on, std::string_view protocol) const {
    auto const version = spoken(state_, on);
    if (version == webtransport_version::none || protocol != http3::session_protocol(version))
      return unexpected{send_errc::not_agreed};
    if (state_.webtransport.sessions >= most_sessions(state_, on)) return unexpected{send_errc::too_many_sessions};
    return {};
  }

  session_state state_;
  field_list checked_;
  instant next_look_{};
};

}  // namespace quoin::http3
