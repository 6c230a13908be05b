// SPDX-License-Identifier: BSL-1.0
/// \file
/// Many connections over one `io`: datagrams find their connection, strangers are accepted or answered without state,
/// and a loop runs it all, here or inside somebody else's.
#pragma once

#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/config.hpp>
#include <quoin/endpoint/connection_table.hpp>
#include <quoin/endpoint/deadline_heap.hpp>
#include <quoin/endpoint/reply_limiter.hpp>
#include <quoin/endpoint/reset_table.hpp>
#include <quoin/endpoint/stateless.hpp>
#include <quoin/endpoint/token_store.hpp>
#include <quoin/endpoint/used_tokens.hpp>

#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace quoin {

/// What an endpoint calls: `handler.on_event(connection, event)` for every event. A handler that declares
/// `static constexpr bool takes_stream_data = true` must also have `on_stream_data(connection, id, bytes, fin)`, which
/// is offered in-order stream bytes as views and returns how many it has consumed. A handler may use every connection
/// and start others, but not run the endpoint.
template <class H, class Stack>
concept endpoint_handler = requires(H& handler, connection<Stack>& c, connection_event const& e) {
  handler.on_event(c, e);
}
&&(
    !requires { requires std::remove_cvref_t<H>::takes_stream_data; } ||
    requires(H & handler, connection<Stack>& c, stream_id id, byte_view bytes) {
      { handler.on_stream_data(c, id, bytes, true) } -> std::same_as<std::size_t>;
    });

/// Clients and servers on one address (RFC 9000 5.2). One thread at a time may use it; `stop` may be called from a
/// signal handler or another thread.
template <class Stack>
class endpoint {
  static_assert(sizeof(check_stack<Stack>) != 0);
  using protection = typename Stack::crypto::protection;

 public:
  using config = endpoint_config<Stack>;
  using connection_type = connection<Stack>;

  /// Throws std::invalid_argument or std::system_error with a sentence that says what is wrong.
  explicit endpoint(config settings, typename Stack::clock clock = {}, typename Stack::entropy entropy = {})
      : config_(checked(std::move(settings))),
        clock_(std::move(clock)),
        entropy_(std::move(entropy)),
        io_(config_.io),
        table_(random_hash_key()),
        resets_(random_hash_key()),
        limiter_(random_hash_key()),
        used_tokens_(random_hash_key()),
        reset_secret_(derived_secret("quoin reset key")),
        tokens_(derived_secret("quoin token key")) {}

  endpoint(endpoint const&) = delete;
  endpoint& operator=(endpoint const&) = delete;

  /// Starts a connection to a server; `server_name` is asked for by SNI and verified. The reference stays valid until
  /// the handler has been told that the connection is closed and the turn is over.
  connection_type& connect(socket_address const& remote, std::string server_name) {
    connection_start<Stack> start;
    start.self = role::client;
    start.path = {io_.local_address(), remote};
    start.version = config_.transport.versions.front();
    start.token = client_tokens_.take(server_name);
    start.server_name = std::move(server_name);
    fill_in(start);
    return add(std::move(start), now());
  }

  // ---- the loop

  /// One turn: sleeps up to `max_wait` when nothing is to be done, then serves everything that is due.
  template <endpoint_handler<Stack> Handler>
  void turn(Handler&& handler, duration max_wait) {
    if (!has_work_) io_.wait(std::min(max_wait, time_until_deadline()));
    service(handler);
  }

  /// Turns until `stop`.
  template <endpoint_handler<Stack> Handler>
  void run(Handler&& handler) {
    while (!stopping_.load(std::memory_order_relaxed)) turn(handler, std::chrono::milliseconds{100});
  }

  /// Makes `run` return soon; safe in signal handlers.
  void stop() noexcept { stopping_.store(true, std::memory_order_relaxed); }

  /// Serves everything that is due now and never sleeps: for event loops that watch `native_handle` and `deadline`.
  template <endpoint_handler<Stack> Handler>
  void service(Handler&& handler) {
    auto const at = now();
    has_work_ = false;
    bool const more_arrived = receive_arrivals(handler, at);
    flush_blocked();  // after receiving, for that is when a waiting `io` counts its wake-up as heard
    expire_due(at);
    serve_active(handler, at);
    has_work_ = has_work_ || more_arrived;
  }

  /// When `service` must be called at the latest, even if nothing arrives.
  [[nodiscard]] instant deadline() const { return has_work_ ? instant::min() : deadlines_.earliest(); }
  [[nodiscard]] auto native_handle() const requires requires(typename Stack::io const& io) { io.native_handle(); }
  { return io_.native_handle(); }

  /// Says that a connection was used outside of the handler, so that the next turn serves it.
  void touch(connection_type& used) { activate(static_cast<slot&>(used).number); }

  /// Visits every connection.
  template <class Visit>
  void for_each_connection(Visit&& visit) {
    // By index: the visitor may start connections.
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i]) visit(static_cast<connection_type&>(*slots_[i]));
  }

  [[nodiscard]] std::size_t connection_count() const noexcept { return slots_.size() - free_.size(); }
  [[nodiscard]] socket_address local_address() const { return io_.local_address(); }
  [[nodiscard]] instant now() const { return clock_.now(); }
  typename Stack::io& io() noexcept { return io_; }
  typename Stack::clock& clock() noexcept { return clock_; }
  typename Stack::entropy& entropy() noexcept { return entropy_; }

 private:
  /// A connection with what the endpoint knows about it.
  struct slot : connection_type {
    slot(connection_start<Stack> start, instant at, typename Stack::entropy entropy, typename Stack::observer observer,
         std::uint32_t index)
        : connection_type(std::move(start), at, std::move(entropy), std::move(observer)), number(index) {}
    std::uint32_t number;
    bool active = false;
    bool validated = true;                             ///< server: does not count as a stranger's handshake
    std::optional<stateless_reset_token> reset_token;  ///< the peer's, as `resets_` knows it
    std::optional<connection_id>
        first_destination;  ///< server: the client's own choice, until the handshake is confirmed
  };

  /// Whether a handler wants stream bytes as they arrive.
  template <class Handler>
  static constexpr bool takes_stream_data = [] {
    if constexpr (requires { std::remove_cvref_t<Handler>::takes_stream_data; })
      return std::remove_cvref_t<Handler>::takes_stream_data;
    else
      return false;
  }();

  template <class Handler>
  struct sink_for {
    static constexpr bool takes_stream_data = endpoint::takes_stream_data<Handler>;
    Handler& handler;
    connection_type& target;
    std::size_t on_stream_data(stream_id id, byte_view bytes, bool fin) {
      if constexpr (takes_stream_data)
        return handler.on_stream_data(target, id, bytes, fin);
      else
        return 0;
    }
  };

  static config checked(config settings) {
    check(settings);
    return settings;
  }

  hash_key random_hash_key() {
    hash_key key{};
    entropy_.fill({reinterpret_cast<std::uint8_t*>(key.data()), sizeof key});
    return key;
  }

  std::uint8_t random_byte() {
    std::uint8_t byte = 0;
    entropy_.fill({&byte, 1});
    return byte;
  }

  /// One secret for each purpose, so that no output of one tells anything about another (RFC 9000 10.3.2).
  std::array<std::uint8_t, 32> derived_secret(std::string_view purpose) {
    if (config_.secret == std::array<std::uint8_t, 32>{}) entropy_.fill(config_.secret);
    std::array<std::uint8_t, 32> secret{};
    protection::kdf::expand(hash_algorithm::sha256, config_.secret, as_bytes(purpose), secret);
    return secret;
  }

  // ---- connections

  void fill_in(connection_start<Stack>& start) {
    start.settings = config_.transport;
    start.crypto = config_.crypto;
    start.reset_secret = reset_secret_;
    start.report_connection_ids = true;
  }

  typename Stack::observer observer_for(connection_start<Stack> const& start) {
    if (config_.make_observer) return config_.make_observer(start.self, start.original_destination);
    if constexpr (std::default_initializable<typename Stack::observer>)
      return {};
    else
      throw std::invalid_argument{"endpoint_config::make_observer is empty: this stack's observer needs it"};
  }

  slot& add(connection_start<Stack> start, instant at) {
    auto observer = observer_for(start);
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    auto const number = free_.back();
    slots_[number] = std::make_unique<slot>(std::move(start), at, entropy_.fork(), std::move(observer), number);
    free_.pop_back();
    note_ids(*slots_[number]);
    activate(number);
    return *slots_[number];
  }

  void note_ids(slot& connection) {
    while (auto const change = connection.next_connection_id_change()) {
      if (change->added)
        table_.add(change->id, connection.number);
      else
        table_.remove(change->id, connection.number);
    }
    note_reset_token(connection, connection.peer_reset_token());
    if (connection.first_destination && connection.confirmed()) {
      table_.remove(*connection.first_destination, connection.number);
      connection.first_destination.reset();
    }
    if (!connection.validated && connection.confirmed()) {
      connection.validated = true;
      --unvalidated_;
    }
  }

  void note_reset_token(slot& connection, std::optional<stateless_reset_token> const& token) {
    if (connection.reset_token == token) return;
    if (connection.reset_token) resets_.remove(*connection.reset_token, connection.number);
    if (token) resets_.add(*token, connection.number);
    connection.reset_token = token;
  }

  void remove(slot& connection) {
    note_ids(connection);
    note_reset_token(connection, std::nullopt);
    auto const number = connection.number;
    connection.for_each_connection_id([&](connection_id const& id) { table_.remove(id, number); });
    if (connection.first_destination) table_.remove(*connection.first_destination, number);
    if (!connection.validated) --unvalidated_;
    deadlines_.set(number, never);
    slots_[number].reset();
    free_.push_back(number);
  }

  void activate(std::uint32_t number) {
    has_work_ = true;
    if (slots_[number]->active) return;
    slots_[number]->active = true;
    active_.push_back(number);
  }

  // ---- receiving

  template <class Handler>
  bool receive_arrivals(Handler& handler, instant at) {
    // A bounded number of rounds, so that a flood of arrivals cannot keep answers from being sent.
    for (int round = 0; round < 4; ++round) {
      auto const arrivals = io_.receive();
      if (arrivals.empty()) return false;
      for (auto const& one : arrivals) route(one, handler, at);
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
      auto const run = run_length(rest, segment);
      arrival part = from;
      part.bytes = rest.first(run);
      rest = rest.subspan(run);
      if (!header) continue;
      auto const destination = connection_id::from(header->destination);
      if (auto* const connection = destination ? find(*destination) : nullptr)
        deliver(*connection, part, handler, at);
      else
        on_stranger(*header, destination, part, handler, at);
    }
  }

  /// Bytes of the datagrams at the front of `train` that are addressed alike.
  static std::size_t run_length(byte_view train, std::size_t segment) {
    constexpr auto id_end = 1 + Stack::cid_format::size;
    auto run = std::min(segment, train.size());
    if (run < id_end || (train[0] & 0x80) != 0) return run;
    while (run < train.size()) {
      auto const next = train.subspan(run, std::min(segment, train.size() - run));
      if (next.size() < id_end || (next[0] & 0x80) != 0 ||
          !std::equal(next.begin() + 1, next.begin() + id_end, train.begin() + 1))
        break;
      run += next.size();
    }
    return run;
  }

  slot* find(connection_id const& destination) {
    auto const number = table_.find(destination);
    return number ? slots_[*number].get() : nullptr;
  }

  template <class Handler>
  void deliver(slot& connection, arrival const& part, Handler& handler, instant at) {
    // RFC 9000 9: we do not migrate, and packets from elsewhere than the peer's address are dropped.
    if (!(part.path.remote == connection.path().remote)) return;
    sink_for<Handler> sink{handler, connection};
    connection.receive(part, at, sink);
    note_ids(connection);
    activate(connection.number);
  }

  // ---- strangers

  template <class Handler>
  void on_stranger(wire::invariant_header const& header, std::optional<connection_id> const& destination,
                   arrival const& from, Handler& handler, instant at) {
    if (deliver_reset(from, at)) return;
    if (!config_.accept) return;
    if (!header.long_form) return answer_with_reset(*destination, from, at);
    if (from.bytes.size() < limits::initial_datagram) return;  // RFC 9000 5.2.2, 14.1: too small to deserve an answer
    if (!speaks(header.version)) return answer_with_versions(header, from, at);
    auto const initial = wire::read_long_header(from.bytes);
    if (!initial || initial->kind != event::packet_kind::initial) return;
    // RFC 9000 7.2: a client's first Destination Connection ID has at least eight bytes, unless a Retry has chosen it.
    if (initial->destination.size() < 8 && !is_retry_token(initial->token)) return;
    accept(*initial, from, handler, at);
  }

  /// RFC 9000 10.3.1: a datagram from a peer of ours that ends in its token.
  bool deliver_reset(arrival const& from, instant at) {
    auto const size = from.segment_size == 0 ? from.bytes.size() : std::min(from.segment_size, from.bytes.size());
    auto const datagram = from.bytes.first(size);
    auto const number = resets_.find(datagram);
    if (!number || !(slots_[*number]->path().remote == from.path.remote)) return false;
    slots_[*number]->receive_reset(datagram, at);
    activate(*number);
    return true;
  }

  bool speaks(std::uint32_t asked) const {
    return std::any_of(config_.transport.versions.begin(), config_.transport.versions.end(),
                       [&](version v) { return !is_reserved(v) && static_cast<std::uint32_t>(v) == asked; });
  }

  void answer(arrival const& to, byte_view datagram) {
    if (datagram.empty() || blocked_) return;
    // Lost if the network does not take it: nobody waits for a stateless answer.
    static_cast<void>(io_.send({to.path, datagram, datagram.size(), ecn::not_ect}));
  }

  void answer_with_versions(wire::invariant_header const& header, arrival const& from, instant at) {
    // RFC 9000 6.1: never in answer to a Version Negotiation packet.
    if (header.version == 0 || !limiter_.allow(from.path.remote, at)) return;
    std::array<std::uint8_t, 600> room{};
    answer(from, write_version_answer(room, header, config_.transport.versions, random_byte()));
  }

  void answer_with_reset(connection_id const& destination, arrival const& from, instant at) {
    auto const trigger = from.segment_size == 0 ? from.bytes.size() : std::min(from.segment_size, from.bytes.size());
    if (!limiter_.allow(from.path.remote, at)) return;
    std::array<std::uint8_t, stateless_reset_size> room{};
    answer(from, write_stateless_reset<protection>(room, trigger, destination, reset_secret_, entropy_));
  }

  void answer_with_refusal(wire::long_header const& initial, transport_error const& error, arrival const& from,
                           instant at) {
    if (!limiter_.allow(from.path.remote, at)) return;
    std::array<std::uint8_t, 256> room{};
    answer(from, write_refusal<protection>(room, initial, make_id(), error));
  }

  /// Not limited in number: it is what honest clients are let in by when there are many others.
  void answer_with_retry(wire::long_header const& initial, arrival const& from, instant at) {
    std::array<std::uint8_t, 16> random{};
    entropy_.fill(random);
    auto const source = make_id();
    std::array<std::uint8_t, limits::token_size> token{};
    auto const size =
        tokens_.make_retry(token, random, from.path.remote, initial.destination, source, at, initial.version);
    std::array<std::uint8_t, 1200> room{};
    answer(from, write_retry<protection>(room, initial, source, byte_view{token}.first(size), random_byte()));
  }

  connection_id make_id() {
    std::array<std::uint8_t, connection_id::max_size> randomness{};
    entropy_.fill(randomness);
    return cid_format_.make(randomness);
  }

  static bool is_retry_token(byte_view token) {
    return token_sealer<protection>::claimed_kind(token) == opened_token::kind::retry;
  }

  /// A client's first Initial (RFC 9000 5.2.2, 8.1.3).
  template <class Handler>
  void accept(wire::long_header const& initial, arrival const& from, Handler& handler, instant at) {
    if (connection_count() >= config_.max_connections)
      return answer_with_refusal(initial, {error_code::connection_refused, "too many connections", 0}, from, at);
    auto const token = tokens_.open(initial.token, from.path.remote, at, initial.version);
    bool const retried =
        token && token->what == opened_token::kind::retry && token->retry_source == initial.destination;
    // RFC 9000 8.1.2: who has followed a Retry gets no second one, and need not wait to learn that it is over.
    if (!retried && is_retry_token(initial.token))
      return answer_with_refusal(initial, {error_code::invalid_token, "the Retry token is not good", 0}, from, at);
    // RFC 9000 8.1.4: a token proves an address once. A Retry token that comes again brings an old Initial back.
    bool const used = token && used_tokens_.contains(initial.token);
    if (retried && used) return;
    bool const validated =
        retried || (token && !used && token->what == opened_token::kind::new_token && !config_.require_retry);
    if (!validated && (config_.require_retry || unvalidated_ >= config_.max_unvalidated))
      return answer_with_retry(initial, from, at);

    connection_start<Stack> start;
    start.self = role::server;
    start.path = from.path;
    start.version = initial.version;
    start.first_destination = initial.destination;
    start.original_destination = retried ? token->original_destination : initial.destination;
    if (retried) start.retry_source = initial.destination;
    start.peer_source = initial.source;
    start.address_validated = validated;
    start.new_token = make_new_token(from, at, initial.version);
    fill_in(start);
    auto& added = add(std::move(start), at);
    added.validated = validated;
    if (!validated) ++unvalidated_;
    // The client goes on addressing us by its own choice until it has seen ours.
    if (table_.add(initial.destination, added.number)) added.first_destination = initial.destination;
    deliver(added, from, handler, at);
    // Only what authenticates leaves state behind (RFC 9000 5.2).
    if (!added.heard_from_peer() && !added.closing()) return forget(added);
    if (validated) used_tokens_.add(initial.token);
  }

  /// Removes a connection that is on the list of active ones.
  void forget(slot& connection) {
    std::erase(active_, connection.number);
    remove(connection);
  }

  std::vector<std::uint8_t> make_new_token(arrival const& from, instant at, version v) {
    std::array<std::uint8_t, 16> random{};
    entropy_.fill(random);
    std::vector<std::uint8_t> token(limits::token_size);
    token.resize(tokens_.make_new_token(token, random, from.path.remote, at, v));
    return token;
  }

  // ---- serving

  void expire_due(instant at) {
    while (deadlines_.earliest() <= at) {
      auto const number = deadlines_.front();
      slots_[number]->expire(at);
      deadlines_.set(number, never);
      activate(number);
    }
  }

  template <class Handler>
  void serve_active(Handler& handler, instant at) {
    // A handler that threw has left some unserved.
    for (auto const number : serving_)
      if (slots_[number]) activate(number);
    serving_.clear();
    serving_.swap(active_);
    for (auto const number : serving_) slots_[number]->active = false;
    for (auto const number : serving_) {
      auto& connection = *slots_[number];
      tell_events(connection, handler);
      if (send_all(connection, at)) activate(number);
      tell_events(connection, handler);
      keep_token(connection);
      note_ids(connection);
      if (connection.closed()) {
        if (connection.active) std::erase(active_, number);
        remove(connection);
      } else {
        deadlines_.set(number, deadline_of(connection, at));
      }
    }
    serving_.clear();
    has_work_ = !active_.empty() && !blocked_;
  }

  /// What is overdue cannot be sent while the network takes nothing: waiting for it must not become spinning.
  instant deadline_of(slot const& connection, instant at) const {
    auto const due = connection.deadline();
    return blocked_ ? std::max(due, saturating_add(at, std::chrono::milliseconds{1})) : due;
  }

  template <class Handler>
  void tell_events(slot& connection, Handler& handler) {
    while (auto const event = connection.next_event()) handler.on_event(connection, *event);
  }

  /// Sends what a connection has, up to a few batches; true when more may be waiting.
  bool send_all(slot& connection, instant at) {
    constexpr int batches_a_turn = 4;
    for (int batch = 0; batch < batches_a_turn; ++batch) {
      if (blocked_) return true;
      auto const out = connection.transmit(io_.send_room(), at);
      if (!out) return false;
      if (io_.send(*out) == send_status::would_block) blocked_ = *out;
      // Whatever else became of it is loss, and recovery's business.
    }
    return true;
  }

  /// A batch that the network did not take stays where it was written until it does.
  void flush_blocked() {
    if (blocked_ && io_.send(*blocked_) != send_status::would_block) blocked_.reset();
  }

  void keep_token(slot& connection) {
    if (connection.self() != role::client) return;
    if (auto token = connection.take_token(); !token.empty())
      client_tokens_.keep(connection.server_name(), std::move(token));
  }

  duration time_until_deadline() const {
    auto const earliest = deadlines_.earliest();
    if (earliest == never) return duration::max();
    return std::max(duration::zero(), earliest - now());
  }

  config config_;
  typename Stack::clock clock_;
  typename Stack::entropy entropy_;
  typename Stack::io io_;
  [[no_unique_address]] typename Stack::cid_format cid_format_;
  connection_table table_;
  reset_table resets_;
  reply_limiter limiter_;
  used_tokens used_tokens_;
  std::array<std::uint8_t, 32> reset_secret_;
  token_sealer<protection> tokens_;
  token_store client_tokens_;
  std::vector<std::unique_ptr<slot>> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> active_;
  std::vector<std::uint32_t> serving_;
  deadline_heap deadlines_;
  std::optional<outgoing> blocked_;
  std::size_t unvalidated_ = 0;
  bool has_work_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace quoin
