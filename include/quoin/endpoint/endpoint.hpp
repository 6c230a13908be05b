// SPDX-License-Identifier: BSL-1.0
/// \file
/// Many connections over one `io`: datagrams find their connection, strangers are accepted or answered without state,
/// and a loop runs it all, here or inside somebody else's.
#pragma once

#include <quoin/endpoint/config.hpp>
#include <quoin/endpoint/doorkeeper.hpp>
#include <quoin/endpoint/early_arrivals.hpp>
#include <quoin/endpoint/handler.hpp>
#include <quoin/endpoint/keepsakes.hpp>
#include <quoin/endpoint/receive_trouble.hpp>
#include <quoin/endpoint/roster.hpp>
#include <quoin/endpoint/train.hpp>

#include <atomic>
#include <string>
#include <utility>

namespace quoin {

/// Clients and servers on one address (RFC 9000 5.2). One thread at a time may use it; `stop` may be called from a
/// signal handler or another thread.
template <class Stack>
class endpoint {
  static_assert(sizeof(check_stack<Stack>) != 0);

 public:
  using config = endpoint_config<Stack>;
  using connection_type = connection<Stack>;
  static constexpr bool resumption = step::can_resume<Stack>;

  /// Throws std::invalid_argument or std::system_error with a sentence that says what is wrong.
  explicit endpoint(config settings, typename Stack::clock clock = {}, typename Stack::entropy entropy = {})
      : clock_(std::move(clock)),
        entropy_(std::move(entropy)),
        config_(completed(std::move(settings))),
        io_(config_.io),
        roster_(random_hash_key(entropy_), random_hash_key(entropy_)),
        doorkeeper_(config_, entropy_.fork()) {
    if constexpr (claims<typename Stack::io, io_feature::local_addresses>)
      for (auto const& preferred : {config_.preferred.v4, config_.preferred.v6})
        if (preferred.known()) io_.open_local(preferred);
    let_handshakes_suspend(roster_, io_, *config_.crypto);
  }

  endpoint(endpoint const&) = delete;
  endpoint& operator=(endpoint const&) = delete;

  /// Starts a connection to a server; `server_name` is asked for by SNI and verified. The reference stays valid until
  /// the handler has been told that the connection is closed and the turn is over. Throws std::bad_alloc when there is
  /// no memory for a connection.
  connection_type& connect(socket_address const& remote, std::string server_name, connect_options options = {}) {
    connection_start<Stack> start;
    start.self = role::client;
    start.path = {io_.local_address(), remote};
    start.version = config_.transport.first_version.value_or(config_.transport.versions.front());
    start.server_name = std::move(server_name);
    auto const at = now();
    keepsakes_.hand_out(start, options, *config_.crypto, date_of(at));
    return add(std::move(start), at);
  }

  /// One more local address, for `connection::migrate`, as it is bound; port 0: any. Throws std::system_error.
  socket_address open_local(
      socket_address const& local) requires claims<typename Stack::io, io_feature::local_addresses> {
    if constexpr (claims<typename Stack::io, io_feature::local_addresses>) return io_.open_local(local);
    return local;
  }

  /// Gives such an address up again.
  void close_local(socket_address const& local) requires claims<typename Stack::io, io_feature::local_addresses> {
    if constexpr (claims<typename Stack::io, io_feature::local_addresses>) io_.close_local(local);
  }

  // ---- the loop

  /// One turn: sleeps up to `max_wait` when nothing is to be done, then serves everything that is due.
  template <endpoint_handler<Stack> Handler>
  void turn(Handler&& handler, duration max_wait) {
    if (!has_work_) io_.wait(std::min(max_wait, time_until_deadline()));
    service(handler);
  }

  /// Turns until `stop`, or until a `shutdown` is through.
  template <endpoint_handler<Stack> Handler>
  void run(Handler&& handler) {
    while (!stopping_.load(std::memory_order_relaxed) && !is_shut_down()) turn(handler, std::chrono::milliseconds{100});
  }

  /// Makes `run` return soon; safe in signal handlers.
  void stop() noexcept { stopping_.store(true, std::memory_order_relaxed); }

  /// Ends gracefully: strangers are refused with CONNECTION_REFUSED from now on, connections may finish what they do
  /// until `grace` has passed, and those that are left then are closed with the application's `code` and `reason`.
  /// Until `is_shut_down` the endpoint must go on being served. Said again, the earlier end counts.
  void shutdown(duration grace, std::uint64_t code = 0, std::string reason = {}) {
    auto const end = saturating_add(now(), grace);
    if (ending_ && ending_->at <= end) return;
    ending_ = shutdown_plan{end, code, std::move(reason)};
  }

  /// After `shutdown`: no connection is left, not even one that waits for its peer to hear of the end.
  [[nodiscard]] bool is_shut_down() const noexcept { return ending_ && roster_.size() == 0; }

  /// Serves everything that is due now and never sleeps: for event loops that watch `native_handle` and `deadline`.
  template <endpoint_handler<Stack> Handler>
  void service(Handler&& handler) {
    auto const at = now();
    has_work_ = false;
    bool const more_arrived = receive_arrivals(handler, at);
    trouble_.look(io_, handler, at);
    roster_.resume_handshakes(handler, at);
    flush_blocked();  // after receiving, for that is when a waiting `io` counts its wake-up as heard
    roster_.expire(at);
    if (ending_ && at >= ending_->at) close_everything(at);
    serve_active(handler, at);
    has_work_ = has_work_ || more_arrived;
  }

  /// When `service` must be called at the latest, even if nothing arrives.
  [[nodiscard]] instant deadline() const { return has_work_ ? instant::min() : earliest_deadline(); }
  /// What an event loop watches, where the `io` has one.
  template <class Io = typename Stack::io>
  [[nodiscard]] auto native_handle() const -> decltype(std::declval<Io const&>().native_handle()) {
    return io_.native_handle();
  }

  /// Says that a connection was used outside of the handler, so that the next turn serves it.
  void touch(connection_type& used) { activate(static_cast<entry&>(used)); }

  /// Changes the keys of address tokens: at all servers of a fleet that must believe each other's (RFC 9000 8.1.4). To
  /// miss nobody, let new keys be among the `others` everywhere before the first server makes tokens with them.
  void set_token_keys(token_keys keys) { doorkeeper_.set_token_keys(std::move(keys)); }

  /// Visits every connection.
  template <class Visit>
  void for_each_connection(Visit&& visit) {
    roster_.for_each(visit);
  }

  /// What became of datagrams that belonged to no connection.
  [[nodiscard]] stranger_counts const& strangers() const noexcept { return doorkeeper_.counts(); }

  /// The sessions that `connect` resumes; for those who write them down for the next time.
  [[nodiscard]] session_store& sessions() noexcept requires resumption { return keepsakes_.sessions(); }
  [[nodiscard]] std::size_t connection_count() const noexcept { return roster_.size(); }
  [[nodiscard]] socket_address local_address() const { return io_.local_address(); }
  [[nodiscard]] instant now() const { return clock_.now(); }
  typename Stack::io& io() noexcept { return io_; }
  typename Stack::clock& clock() noexcept { return clock_; }
  typename Stack::entropy& entropy() noexcept { return entropy_; }

 private:
  using entry = roster_entry<Stack>;

  config completed(config settings) {
    check(settings);
    if (settings.secret == std::array<std::uint8_t, 32>{}) entropy_.fill(settings.secret);
    return settings;
  }

  // ---- connections

  entry& add(connection_start<Stack> start, instant at) {
    start.settings = config_.transport;
    start.extensions = config_.extensions;
    start.crypto = config_.crypto;
    start.reset_secret = doorkeeper_.reset_secret();
    start.cid_format = doorkeeper_.cid_format();
    start.wall_offset = wall_offset(at);
    auto observer = observer_of(config_, start.self, start.original_destination);
    has_work_ = true;
    return roster_.add(std::move(start), at, entropy_.fork(), std::move(observer));
  }

  /// A clock without a calendar counts from 1970.
  duration wall_offset(instant at) const {
    if constexpr (claims<typename Stack::clock, clock_feature::calendar>)
      return clock_.wall_now().time_since_epoch() -
             std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch());
    return duration::zero();
  }

  [[nodiscard]] wall_time date_of(instant at) const {
    return wall_time{} + std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch() + wall_offset(at));
  }

  void activate(entry& busy) {
    has_work_ = true;
    roster_.activate(busy);
  }

  // ---- receiving

  template <class Handler>
  bool receive_arrivals(Handler& handler, instant at) {
    // A bounded number of rounds, so that a flood of arrivals cannot keep answers from being sent.
    for (int round = 0; round < 4; ++round) {
      auto const arrivals = io_.receive();
      if (arrivals.empty()) return false;
      for (auto const& one : arrivals) {
        try {
          route(one, handler, at);
        } catch (std::bad_alloc const&) {
          // A stranger that there is no memory for was never here; a connection of ours has dealt with it itself.
        }
      }
      if constexpr (claims<typename Stack::io, io_feature::draining>)
        if (io_.drained()) return false;
    }
    return true;
  }

  /// Gives every datagram of a train to its connection; neighbours for the same one stay together.
  template <class Handler>
  void route(arrival const& from, Handler& handler, instant at) {
    auto const segment = from.segment_size == 0 ? from.bytes.size() : from.segment_size;
    for (auto rest = from.bytes; !rest.empty();) {
      auto const header =
          wire::read_invariant_header(rest.first(std::min(segment, rest.size())), Stack::cid_format::size);
      auto const run = run_length(rest, segment, Stack::cid_format::size);
      arrival part = from;
      part.bytes = rest.first(run);
      rest = rest.subspan(run);
      if (!header) continue;
      auto const destination = connection_id::from(header->destination);
      if (auto* const known = destination ? roster_.find(*destination) : nullptr)
        deliver(*known, part, handler, at);
      else if (!deliver_reset(part, at) && config_.accept)
        on_stranger(*header, part, handler, at);
    }
  }

  template <class Handler>
  void deliver(entry& to, arrival const& part, Handler& handler, instant at) {
    stream_data_sink<Stack, Handler> sink{handler, to};
    to.receive(part, at, sink);
    roster_.note_changes(to);
    activate(to);
  }

  /// RFC 9000 10.3.1: a datagram from a peer of ours that ends in its token.
  bool deliver_reset(arrival const& from, instant at) {
    auto const size = from.segment_size == 0 ? from.bytes.size() : std::min(from.segment_size, from.bytes.size());
    auto const datagram = from.bytes.first(size);
    auto* const meant = roster_.find_reset(datagram);
    if (meant == nullptr || !meant->knows(from.path)) return false;
    meant->receive_reset(datagram, at);
    activate(*meant);
    return true;
  }

  /// Whether `from` is 0-RTT whose Initial may still come; then it waits for it, or is dropped.
  bool hold_early(arrival const& from, instant at) {
    if constexpr (resumption) {
      if (!Stack::crypto::handshake::takes_early_data(*config_.crypto)) return false;
      auto const packet = wire::read_long_header(from.bytes);
      if (!packet || packet->kind != event::packet_kind::zero_rtt) return false;
      if (!doorkeeper_.speaks(static_cast<std::uint32_t>(packet->version))) return false;
      static_cast<void>(early_arrivals_.hold(packet->destination, from, at));
      return true;
    }
    return false;
  }

  template <class Handler>
  void on_stranger(wire::invariant_header const& header, arrival const& from, Handler& handler, instant at) {
    if (hold_early(from, at)) return;
    auto judged = doorkeeper_.judge(header, from, {roster_.size(), roster_.unvalidated(), ending_.has_value()},
                                    {at, date_of(at)});
    if (judged.admitted) return accept(judged, from, handler, at);
    if (judged.answer.empty() || blocked_) return;
    // Lost if the network does not take it: nobody waits for a stateless answer.
    static_cast<void>(io_.send({from.path, judged.answer, judged.answer.size(), ecn::not_ect}));
  }

  template <class Handler>
  void accept(verdict<Stack>& judged, arrival const& from, Handler& handler, instant at) {
    auto const first_destination = judged.admitted->first_destination;
    bool const validated = judged.admitted->address_validated;
    auto& accepted = add(std::move(*judged.admitted), at);
    try {
      roster_.note_accepted(accepted, first_destination, validated);
      if constexpr (resumption) accept_replayable_for(handler, accepted);
      deliver(accepted, from, handler, at);
      // Only what authenticates leaves state behind (RFC 9000 5.2).
      if (!accepted.heard_from_peer() && !accepted.closing()) return roster_.remove(accepted);
      if (validated) doorkeeper_.use_up(judged.proof);
      early_arrivals_.release(first_destination, from.path, at,
                              [&](arrival const& waited) { deliver(accepted, waited, handler, at); });
    } catch (std::bad_alloc const&) {
      roster_.remove(accepted);
    }
  }

  // ---- serving

  template <class Handler>
  void serve_active(Handler& handler, instant at) {
    roster_.serve_active([&](entry& served) {
      tell_events(served, handler);
      give_token(served);
      if (send_all(served, at)) roster_.activate(served);
      tell_events(served, handler);
      keepsakes_.collect(served);
      roster_.note_changes(served);
      if (served.closed())
        roster_.remove(served);
      else
        roster_.set_deadline(served, deadline_of(served, at));
    });
    has_work_ = roster_.has_active() && !blocked_;
  }

  /// What is overdue cannot be sent while the network takes nothing: waiting for it must not become spinning.
  instant deadline_of(entry const& waiting, instant at) const {
    auto const due = waiting.deadline();
    return blocked_ ? std::max(due, saturating_add(at, std::chrono::milliseconds{1})) : due;
  }

  template <class Handler>
  void tell_events(entry& connection, Handler& handler) {
    while (auto const event = connection.next_event()) handler.on_event(connection, *event);
  }

  /// Sends what a connection has, up to a few batches; true when more may be waiting.
  bool send_all(entry& connection, instant at) {
    constexpr int batches_a_turn = 4;
    for (int batch = 0; batch < batches_a_turn; ++batch) {
      if (blocked_) return true;
      auto const out = connection.transmit(io_.send_room(), at);
      if (!out) return false;
      auto const status = io_.send(*out);
      if (status == send_status::would_block) blocked_ = *out;
      if (status == send_status::too_large) connection.on_datagram_refused(*out, at);
      connection.note_send(status);
      // Whatever else became of it is loss, and recovery's business.
    }
    return true;
  }

  /// A batch that the network did not take stays where it was written until it does.
  void flush_blocked() {
    if (blocked_ && io_.send(*blocked_) != send_status::would_block) blocked_.reset();
  }

  /// RFC 9000 8.1.3: a client that has proven its address need not do so next time.
  void give_token(entry& connection) {
    if (connection.self() != role::server || !connection.confirmed() || std::exchange(connection.token_given, true))
      return;
    try {
      connection.offer_token(doorkeeper_.token_for(connection.path().remote, connection.version(), date_of(now())));
    } catch (std::bad_alloc const&) {
      // The client will have to prove its address again.
    }
  }

  /// The time of a shutdown has come; who is closed already stays as it is.
  void close_everything(instant at) {
    roster_.for_each([&](connection_type& each) {
      if (each.closing()) return;
      each.close(ending_->code, ending_->reason, at);
      activate(static_cast<entry&>(each));
    });
    ending_->at = never;
  }

  [[nodiscard]] instant earliest_deadline() const {
    return std::min({roster_.earliest_deadline(), ending_ ? ending_->at : never, trouble_.again()});
  }

  duration time_until_deadline() const {
    auto const earliest = earliest_deadline();
    if (earliest == never) return duration::max();
    return std::max(duration::zero(), earliest - now());
  }

  typename Stack::clock clock_;
  typename Stack::entropy entropy_;
  config config_;
  typename Stack::io io_;
  roster<Stack> roster_;
  doorkeeper<Stack> doorkeeper_;
  keepsakes<Stack> keepsakes_;
  early_arrivals early_arrivals_;
  receive_trouble<typename Stack::io> trouble_;
  std::optional<outgoing> blocked_;
  std::optional<shutdown_plan> ending_;
  bool has_work_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace quoin
