// SPDX-License-Identifier: BSL-1.0
/// \file
/// One QUIC connection as its application sees it: bytes in, bytes out, streams, events. It owns no socket, starts no
/// thread and reads no clock; an `endpoint` or somebody else's event loop drives it.
#pragma once

#include <quoin/connection/early_streams.hpp>
#include <quoin/connection/step/multipath_calls.hpp>
#include <quoin/connection/step/resume.hpp>
#include <quoin/connection/step/start.hpp>

namespace quoin {

/// A client's or server's end of a connection over the policies of `Stack` (RFC 9000 5).
///
/// Whoever drives it calls `receive` with what arrived, `transmit` until it has nothing more, and `expire` when
/// `deadline` has passed; each takes the time as a value. After any call there may be events to take and datagrams to
/// send. Only construction throws, for lack of memory; a call that finds none ends the connection with INTERNAL_ERROR
/// instead, and from then on nothing that it was in the middle of is looked at again.
template <class Stack>
class connection {
  static_assert(sizeof(check_stack<Stack>) != 0);

 public:
  using stack = Stack;

  connection(connection_start<Stack> start, instant now, typename Stack::entropy entropy = {},
             typename Stack::observer observer = {})
      : state_(start, now, std::move(entropy), std::move(observer)) {
    if (auto const begun = step::begin(state_, start, now); !begun) step::close_with(state_, begun.error(), now);
  }

  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;

  // ---- the verbs of an event loop

  /// Takes datagrams that arrived together; they are decrypted in place. Stream bytes are kept until `read`.
  void receive(arrival const& from, instant now) {
    keep_everything keep;
    receive(from, now, keep);
  }

  /// The same, but in-order stream bytes are first offered to `sink.on_stream_data(id, bytes, fin)` as views into
  /// `from`; it returns how many of them it has consumed, and the rest is kept for `read`. A sink must declare
  /// `static constexpr bool takes_stream_data = true` to be told of ends that come without bytes.
  template <class Sink>
  void receive(arrival const& from, instant now, Sink& sink) {
    step::within_memory(state_, now, [&] { step::receive_by_path(state_, from, now, sink); });
  }

  /// Goes on with a handshake that was left to another thread, once `connection_start::resumable` has been called;
  /// with a sink as of `receive`.
  template <class Sink>
  void resume(instant now, Sink& sink) requires suspends<typename Stack::crypto::handshake> {
    step::within_memory(state_, now, [&] { step::resume(state_, now, sink); });
  }

  /// Datagrams that should be sent now, written into `room`, or nothing. Call it until there is nothing. Room for less
  /// than one of them, which are `connection_statistics::datagram_size` long, may be too little for any.
  std::optional<outgoing> transmit(byte_span room, instant now) {
    std::optional<outgoing> out;
    auto const make = [&] { out = step::transmit_by_path(state_, room, now); };
    // What was being written is abandoned; there may be memory enough to say goodbye.
    if (!step::within_memory(state_, now, make)) step::within_memory(state_, now, make);
    return out;
  }

  /// When `expire` must be called at the latest.
  [[nodiscard]] instant deadline() const { return step::deadline_by_path(state_); }

  /// Acts on every deadline that has passed by `now`.
  void expire(instant now) {
    step::within_memory(state_, now, [&] { step::expire_by_path(state_, now); });
  }

  /// The oldest event that has not been taken yet; `closed` is the last.
  std::optional<connection_event> next_event() {
    if (closing() && state_.events.empty()) return std::nullopt;
    if (!state_.events.empty() && state_.events.front().what != connection_event::kind::closed) return pop_event();
    if (state_.out_of_memory || step::withholds_early_data(state_))
      return state_.events.empty() ? std::nullopt : pop_event();
    if (auto const event = state_.streams.next_event()) return connection_event_of(*event);
    return state_.events.empty() ? std::nullopt : pop_event();
  }

  /// Takes a datagram that no connection ID led here, because it may be a stateless reset (RFC 9000 10.3.1).
  void receive_reset(byte_view datagram, instant now) {
    step::within_memory(state_, now, [&] { step::receive_reset(state_, datagram, now); });
  }

  // ---- streams (RFC 9000 2)

  /// Opens a stream; `limit_reached` until the peer allows more, which a `streams_available` event tells.
  stream_result<stream_id> open(stream_direction direction) {
    QUOIN_TRY(can_write());
    return open_any(direction);
  }

  /// Copies as many of `bytes` as the send buffer takes and returns their number.
  stream_result<std::size_t> write(stream_id id, byte_view bytes) {
    QUOIN_TRY(can_write());
    return write_any(id, bytes);
  }

  /// Takes all of `slice` without copying; its owner keeps the bytes alive until they are acknowledged.
  stream_result<> write(stream_id id, send_slice slice) {
    QUOIN_TRY(can_write());
    return state_.unless_broken([&] { return state_.streams.write(id, std::move(slice)); });
  }

  /// Nothing more will be written; the end is sent after what was written.
  stream_result<> finish(stream_id id) {
    QUOIN_TRY(can_write());
    return finish_any(id);
  }

  /// Gives up sending, and what was not delivered yet (RFC 9000 3.1). Here and below a `code` above 2^62 - 1, which
  /// cannot be sent, counts as that.
  stream_result<> reset(stream_id id, std::uint64_t code) {
    return state_.unless_over([&] { return state_.streams.reset(id, sendable(code)); });
  }

  /// Asks the peer to give up sending (RFC 9000 3.5).
  stream_result<> stop_sending(stream_id id, std::uint64_t code) {
    return state_.unless_over([&] { return state_.streams.stop_sending(id, sendable(code)); });
  }

  stream_result<> prioritize(stream_id id, stream_priority priority) {
    return state_.unless_over([&] { return state_.streams.prioritize(id, priority); });
  }

  /// Moves received bytes into `room`.
  stream_result<read_outcome> read(stream_id id, byte_span room, instant now) {
    if (step::withholds_early_data(state_)) return unexpected{stream_errc::not_ready};
    return state_.unless_broken([&] { return state_.streams.read(id, room, now, state_.recovery.rtt().smoothed); });
  }

  /// Received bytes where they lie; `consume` lets go of them.
  stream_result<byte_view> peek(stream_id id) {
    if (step::withholds_early_data(state_)) return unexpected{stream_errc::not_ready};
    return state_.unless_broken([&] { return state_.streams.peek(id); });
  }
  /// True when the stream's end was reached with them.
  stream_result<bool> consume(stream_id id, std::size_t count, instant now) {
    if (step::withholds_early_data(state_)) return unexpected{stream_errc::not_ready};
    return state_.unless_broken([&] { return state_.streams.consume(id, count, now, state_.recovery.rtt().smoothed); });
  }

  /// Bytes written and not yet sent for the first time: what a zero-copy writer paces itself by.
  [[nodiscard]] byte_count unsent(stream_id id) const { return state_.streams.unsent(id); }
  /// How far a stream has come by the account of flow control; nothing when it is gone.
  [[nodiscard]] std::optional<stream_sizes> sizes(stream_id id) const { return state_.streams.sizes(id); }
  /// Asks for a `stream_size_known` event, for protocols with credit of their own, even where nobody reads any more.
  stream_result<> watch_size(stream_id id) {
    return state_.unless_over([&] { return state_.streams.watch_size(id); });
  }

  // ---- extensions

  /// What the extension `E` offers on this connection, as in `connection.extension<quoin::datagram>().send(bytes)`. The
  /// stack must list it.
  template <class E>
  auto extension() {
    static_assert(
        lists_extension<Stack, E>,
        "quoin: this stack does not list that extension -- add it to its `extensions`, see docs/extensions.md");
    return typename E::template api<connection_state<Stack>>{state_};
  }

  // ---- sessions and early data (RFC 9001 4.5, 4.6)

  /// Client: streams whose bytes may go out before the handshake is complete, because they may be replayed. Nothing
  /// else goes out so soon: until `connected`, the ordinary calls answer `not_ready` where early data was offered.
  [[nodiscard]] early_streams<Stack> early() requires step::can_resume<Stack> { return early_streams<Stack>{*this}; }

  /// Client: whether bytes given to `early()` leave at once. Else they wait for the handshake like all others.
  [[nodiscard]] bool can_send_early() const { return step::can_seal(state_, encryption_level::early_data); }

  /// Server: the application knows that what arrives before `connected` may be a copy that somebody recorded, and wants
  /// it all the same. Without this it sees early data when the handshake is complete.
  void accept_replayable() requires step::can_resume<Stack> {
    if constexpr (step::can_resume<Stack>) state_.early.replay_understood = true;  // clang 14 looks at it in any case
  }

  /// Server: what arrives now is early data, which may be a copy.
  [[nodiscard]] bool replayable() const {
    return state_.self == role::server && state_.early.status == early_data_status::accepted &&
           !state_.handshake_complete;
  }

  [[nodiscard]] early_data_status early_data() const { return state_.early.status; }
  /// Whether an earlier session was resumed, once connected.
  [[nodiscard]] bool resumed() const { return state_.counts.resumed; }

  /// Client: the oldest session that the server gave and that was not taken yet; each is good for one connection.
  std::optional<client_session> take_session() requires step::can_resume<Stack> { return step::take_session(state_); }

  /// Client: what the application remembers with this connection's sessions, those that were not taken yet included.
  void remember_with_sessions(byte_view data) requires step::can_resume<Stack> {
    step::remember_with_sessions(state_, data);
  }

  /// Client: what was remembered with the session that this connection resumes or tried to.
  [[nodiscard]] byte_view remembered_data() const requires step::can_resume<Stack> {
    return step::remembered_data(state_);
  }

  // ---- the connection itself

  /// Ends the connection; the peer is told `code` and `reason` (RFC 9000 10.2).
  void close(std::uint64_t code, std::string_view reason, instant now) {
    step::within_memory(state_, now, [&] {
      step::close_locally(state_, {event::close_origin::local, true, sendable(code), 0, std::string{reason}}, now);
    });
  }

  /// Changes to fresh packet protection keys; false while RFC 9001 6.1 does not allow it.
  bool update_keys(instant now) {
    if (!usable() || !state_.handshake_confirmed || !state_.application_keys.can_update()) return false;
    return step::within_memory(state_, now, [&] {
      state_.application_keys.update(now);
      step::tell_keys(state_, encryption_level::one_rtt, now, false);
    });
  }

  /// Uses another of the peer's connection IDs from now on (RFC 9000 5.1.2). False when the peer has given us none but
  /// the one that is kept for a path that may be needed (RFC 9000 9.5); it gives more as soon as it hears of the
  /// change.
  bool rotate_connection_id() {
    bool rotated = false;
    return usable() && step::within_memory(state_, state_.last_call, [&] { rotated = state_.peer_ids.rotate(); }) &&
           rotated;
  }

  // ---- paths (RFC 9000 9)

  /// Client: moves to another local address as soon as that has proven to work, which a `path_changed` event tells, or
  /// `path_failed` that it does not. `local` is one at which the `io` receives. Returns the path's name.
  path_result migrate(socket_address const& local, instant now) { return try_path(local, true, now); }

  /// Client: finds out whether another local address works, and keeps the path ready for `migrate`; `path_validated` or
  /// `path_failed` tells (RFC 9000 9.1).
  path_result probe(socket_address const& local, instant now) { return try_path(local, false, now); }

  /// Whether datagrams that come on `path` may be meant for this connection.
  [[nodiscard]] bool knows(network_path const& path) { return step::path_between(state_, path).has_value(); }

  /// The network took no datagram of what `transmit` gave, for it was too large (RFC 9000 14.2).
  void on_datagram_refused(outgoing const& refused, instant now) { step::refuse_by_path(state_, refused, now); }

  /// Sends a PING, so that the peer answers.
  void ping() { state_.ping_pending = true; }

  /// PINGs ahead of the idle timeout keep it open, but none from `until` on (RFC 9000 10.1.2).
  void defer_idle(instant until) { state_.idle_deferred_until = until; }

  [[nodiscard]] role self() const { return state_.self; }
  [[nodiscard]] bool connected() const { return state_.handshake_complete; }
  [[nodiscard]] bool confirmed() const { return state_.handshake_confirmed; }
  /// It is over or ending: nothing is sent on streams any more, and what has arrived can still be read.
  [[nodiscard]] bool closing() const { return state_.phase != life_phase::open; }
  /// Nothing more will be sent; the object may be destroyed.
  [[nodiscard]] bool closed() const { return state_.phase == life_phase::gone; }
  /// Why it ended, once `closing()`.
  [[nodiscard]] std::optional<close_info> const& close_reason() const { return state_.closed_by; }

  /// Client: the protocol of early data, which is that of the session to be resumed; empty where there is none.
  [[nodiscard]] std::string_view early_alpn() const requires step::can_resume<Stack> {
    if constexpr (step::can_resume<Stack>)  // clang 14 looks at it in any case
      if (state_.early.session) return state_.early.session->alpn;
    return {};
  }
  /// The application protocol that TLS chose (RFC 9001 8.1).
  [[nodiscard]] std::string_view alpn() const { return state_.tls ? state_.tls->alpn() : std::string_view{}; }
  /// What TLS tells beyond that: with `botan_handshake` the peer's certificates, the suite, the server name and keying
  /// material (RFC 8446 7.5). Null when there was no memory for it.
  [[nodiscard]] typename Stack::crypto::handshake const* tls() const { return state_.tls.get(); }
  /// What the peer said of itself in the handshake (RFC 9000 7.4); nothing until then.
  [[nodiscard]] std::optional<wire::transport_parameters> const& peer_parameters() const {
    return state_.peer_parameters;
  }
  [[nodiscard]] quoin::version version() const { return state_.version; }
  /// Where the peer is, as far as it has proven it: an address that it only claims is not shown (RFC 9000 9.3.1).
  [[nodiscard]] network_path const& path() const { return state_.paths.trusted(); }
  [[nodiscard]] std::string const& server_name() const { return state_.server_name; }
  /// Something authentic has arrived from the peer.
  [[nodiscard]] bool heard_from_peer() const { return state_.peer_packet_processed; }
  [[nodiscard]] bool retried() const { return state_.retry_followed; }

  [[nodiscard]] connection_statistics statistics() const {
    auto counts = state_.counts;
    counts.rtt = state_.recovery.rtt();
    counts.congestion_window = state_.recovery.window();
    counts.bytes_in_flight = state_.recovery.bytes_in_flight();
    counts.pto_count = state_.recovery.pto_count();
    counts.datagram_size = state_.paths.active().datagram_size();
    counts.key_phase = state_.application_keys.phase();
    counts.early_data = state_.early.status;
    return counts;
  }

  /// A pointer of the application's own.
  [[nodiscard]] void* context() const { return state_.context; }
  void set_context(void* context) { state_.context = context; }

  typename Stack::observer& observer() { return state_.observer; }
  typename Stack::congestion& congestion() { return state_.recovery.controller(); }

  // ---- for whoever routes datagrams to connections

  /// What became of the datagrams of the last `transmit`. It is loss to the protocol, but if the connection ends for
  /// want of answers, `close_info::detail` says that they never left.
  void note_send(send_status became) noexcept {
    if (became != send_status::would_block) state_.last_send = became;
  }

  /// Ends it because there is no memory for what it needs outside of itself.
  void give_up() noexcept { step::give_up(state_, state_.last_call); }

  /// IDs that began or ceased to lead here, oldest first (only when asked for in `connection_start`).
  std::optional<connection_id_change> next_connection_id_change() {
    if (state_.id_changes.empty()) return std::nullopt;
    auto const change = state_.id_changes.front();
    state_.id_changes.pop_front();
    return change;
  }

  /// Every ID that leads here now.
  template <class Visit>
  void for_each_connection_id(Visit&& visit) const {
    step::for_each_local_id(state_, visit);
  }

  /// What stateless resets from the peer would end in: the tokens that it gave us with IDs in use (RFC 9000 10.3.1).
  /// The revision is another one whenever these may be others.
  void for_each_peer_reset_token(auto&& visit) const { step::for_each_peer_reset_token(state_, visit); }
  [[nodiscard]] std::uint64_t peer_token_revision() const { return step::peer_token_revision(state_); }

  /// Server: sends the client an address token for a later connection (RFC 9000 8.1.3); it must not be empty.
  void offer_token(std::vector<std::uint8_t> token) {
    QUOIN_ASSERT(self() == role::server && !token.empty() && token.size() <= limits::token_size);
    state_.new_token = std::move(token);
    state_.new_token_pending = true;
  }

  /// The client's newest address token for a later connection, if one came since the last call (RFC 9000 8.1.3).
  std::vector<std::uint8_t> take_token() { return std::exchange(state_.received_token, {}); }

  /// Bytes held for the peer's sake: received data not yet read, packets waiting for keys.
  [[nodiscard]] byte_count held_bytes() const {
    return state_.streams.held_bytes() + state_.held_bytes + state_.extensions.held_bytes();
  }
  [[nodiscard]] std::size_t open_streams() const { return state_.streams.open_count(); }

 private:
  struct keep_everything {
    std::size_t on_stream_data(stream_id, byte_view, bool) { return 0; }
  };

  path_result try_path(socket_address const& local, bool move, instant now) {
    path_result tried = unexpected{path_errc::connection_closed};
    step::within_memory(state_, now, [&] { tried = step::try_path(state_, local, move, now); });
    return tried;
  }

  [[nodiscard]] bool usable() const { return state_.usable(); }

  friend class early_streams<Stack>;

  stream_result<stream_id> open_any(stream_direction direction) {
    return state_.unless_broken([&] { return state_.streams.open(direction); });
  }
  stream_result<std::size_t> write_any(stream_id id, byte_view bytes) {
    return state_.unless_broken([&] { return state_.streams.write(id, bytes); });
  }
  stream_result<> finish_any(stream_id id) {
    return state_.unless_broken([&] { return state_.streams.finish(id); });
  }

  /// What may be replayed goes by another door.
  [[nodiscard]] stream_result<> can_write() const {
    if (!usable()) return unexpected{stream_errc::connection_closed};
    if (step::takes_only_replay_safe(state_)) return unexpected{stream_errc::not_ready};
    return {};
  }

  /// RFC 9000 16: a frame with a larger code would never fit, and would keep others from being sent.
  static std::uint64_t sendable(std::uint64_t code) { return std::min(code, varint_max); }

  std::optional<connection_event> pop_event() {
    auto const event = state_.events.front();
    state_.events.pop_front();
    return event;
  }

  connection_state<Stack> state_;
};

}  // namespace quoin
