// SPDX-License-Identifier: BSL-1.0
/// \file
/// One connection's session, and the messages of its application.
#pragma once

#include <quoin/base/function.hpp>
#include <quoin/http3/api/connection_transport.hpp>
#include <quoin/http3/api/port.hpp>
#include <quoin/http3/session/session.hpp>

#include <memory>
#include <vector>

namespace quoin::http3 {

/// What hosts need of the program around them.
template <class Connection>
struct surroundings {
  function<instant()> now;
  function<void(Connection&)> wake;  ///< a connection was used outside of the loop
  session_settings settings{};
  hash_key key{};  ///< secret
  /// Messages of these were used outside of the loop, so that `tick` should be called soon: each once, mostly.
  std::vector<Connection*> touched{};
};

/// Joins a connection, its session and a pool of exchanges. `Exchange` has a message that comes, `in()`, and one that
/// goes, `out()`. What differs between servers and clients is left to `Derived`: `on_head`, `on_interim`, `on_failed`,
/// `on_room` and `refuse_content`.
template <class Derived, class Connection, class Exchange>
class host : public exchange_port {
  using wire = connection_transport<Connection>;

 public:
  host(Connection& connection, surroundings<Connection>& around)
      : connection_(connection), around_(around), session_(connection.self(), around.settings, around.key) {}
  host(host const&) = delete;
  host& operator=(host const&) = delete;

  void on_event(connection_event const& event) {
    auto on = transport();
    if (event.what == connection_event::kind::connected) session_.on_connected(on);
    if (event.what == connection_event::kind::early_data_rejected) on_early_rejected(event.code != 0);
    if (auto const about = wire::about_stream(event)) session_.on_event(on, *about);
    if (event.what == connection_event::kind::datagrams_readable) take_datagrams();
    if (event.what == connection_event::kind::closed) return end_all();
    pump();
  }

  /// Client: says early data from now on, if that was offered, and it is known what the server's settings were.
  void begin_early() {
    if constexpr (wire::has_early_data) {
      auto const remembered = connection_.remembered_data();
      if (remembered.empty() || !connection_.can_send_early()) return;
      auto const settings = read_settings(remembered);
      if (!settings) return;
      early_ = true;  // a session in this state says nothing but its settings and safe requests (RFC 8470 4)
      auto on = transport();
      session_.on_early(on, *settings);
    }
  }

  /// Looks after deadlines, and after what was done outside of events.
  void tick() {
    touched_ = false;
    auto on = transport();
    session_.expire(on);
    pump();
  }

  http3::session<wire>& session() noexcept { return session_; }
  wire transport() { return {connection_, around_.now(), early_}; }
  Connection& connection() noexcept { return connection_; }
  [[nodiscard]] std::size_t live() const noexcept { return live_; }

  // ---- calls of messages

  send_result<> send_head(stream_id id, std::span<field const> fields, bool ends) override {
    return using_session([&](wire& on) { return session_.respond(on, id, fields, ends); });
  }
  std::size_t write(stream_id id, byte_view bytes) override {
    return using_session([&](wire& on) { return session_.write(on, id, bytes).value_or(std::size_t{0}); });
  }
  void finish(stream_id id, std::span<field const> trailers) override {
    using_session([&](wire& on) {
      if (!session_.finish(on, id, trailers)) session_.cancel(on, id, error_code::internal_error);
    });
  }
  void cancel(stream_id id, error_code code) override {
    using_session([&](wire& on) { session_.cancel(on, id, code); });
  }
  void refuse(stream_id id, error const& why) override {
    using_session([&](wire& on) { session_.cancel_for(on, id, why.code, why.reason); });
  }
  void prioritize(stream_id id, stream_priority priority) override {
    using_session([&](wire& on) { static_cast<void>(session_.prioritize(on, id, priority)); });
  }
  byte_view peek(stream_id id) override {
    return using_session([&](wire& on) { return session_.peek(on, id); });
  }
  void consume(stream_id id, std::size_t count) override {
    using_session([&](wire& on) { session_.consume(on, id, count); });
  }
  void stop_reading(stream_id id) override {
    using_session([&](wire& on) { session_.stop_reading(on, id, error_code::no_error); });
  }
  void take_datagrams(stream_id id) override { session_.take_datagrams(id); }
  std::size_t max_datagram(stream_id id) override {
    auto on = transport();
    return session_.max_datagram(on, id);
  }
  bool send_datagram(stream_id id, byte_view payload) override {
    return using_session([&](wire& on) { return session_.send_datagram(on, id, payload); });
  }
  std::string_view protocol_name(std::string_view wanted) override {
    auto on = transport();
    return settings().webtransport.sessions > 0 && may_ask_for_session(wanted) ? session_.session_protocol(on) : wanted;
  }
  bool take_streams(stream_id id) override {
    return using_session([&](wire& on) { return session_.data_streams(on).take(id); });
  }
  send_result<stream_id> open_stream(stream_id id, stream_direction direction) override {
    return using_session([&](wire& on) { return session_.data_streams(on).open(id, direction); });
  }
  std::size_t write_stream(stream_id id, byte_view bytes) override {
    return using_session([&](wire& on) { return session_.data_streams(on).write(id, bytes).value_or(std::size_t{0}); });
  }
  void finish_stream(stream_id id) override {
    using_session([&](wire& on) { session_.data_streams(on).finish(id); });
  }
  void reset_stream(stream_id id, error_code code) override {
    using_session([&](wire& on) { session_.data_streams(on).reset(id, code); });
  }
  void stop_stream(stream_id id, error_code code) override {
    using_session([&](wire& on) { session_.data_streams(on).stop(id, code); });
  }
  byte_view peek_stream(stream_id id) override {
    return using_session([&](wire& on) { return session_.data_streams(on).peek(id); });
  }
  void consume_stream(stream_id id, std::size_t count) override {
    using_session([&](wire& on) { session_.data_streams(on).consume(id, count); });
  }
  bool has_limits(stream_id id) override {
    auto on = transport();
    return session_.data_streams(on).has_limits(id);
  }
  result<> take_capsule(stream_id id, webtransport::session_capsule what, std::uint64_t value) override {
    return using_session([&](wire& on) { return session_.data_streams(on).take_capsule(id, what, value); });
  }
  bool export_keys(std::string_view label, byte_view context, byte_span out) override {
    if constexpr (requires { connection_.tls()->export_keying_material(label, context, out); })
      return connection_.tls() != nullptr && connection_.tls()->export_keying_material(label, context, out);
    static_cast<void>(label), static_cast<void>(context), static_cast<void>(out);
    return false;
  }
  message_head const* head(stream_id id) override { return session_.head(id); }
  field_list const* fields(stream_id id) override { return session_.fields(id); }
  field_list const* trailers(stream_id id) override { return session_.trailers(id); }

 protected:
  ~host() = default;

  static constexpr bool resumes = wire::has_early_data;
  [[nodiscard]] session_settings const& settings() const noexcept { return around_.settings; }
  [[nodiscard]] instant now() { return around_.now(); }

  Exchange* exchange_of(stream_id id) { return static_cast<Exchange*>(session_.context(id)); }

  /// A place for one more exchange; those that are over lend theirs.
  Exchange& borrow() {
    if (spare_.empty()) {
      spare_.reserve(all_.size() + 1);
      all_.push_back(std::make_unique<Exchange>());
      spare_.push_back(all_.back().get());
    }
    auto& one = *spare_.back();
    spare_.pop_back();
    one.live = true;
    ++live_;
    return one;
  }

  template <class Visit>
  void for_each_live(Visit&& visit) {
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (all_[i]->live) visit(*all_[i]);
  }

  void give_back(Exchange& one) {
    if (!std::exchange(one.live, false)) return;
    --live_;
    one.let_go();
    spare_.push_back(&one);
  }

  /// Uses the session for a message. Outside of events somebody has to look after what follows from it.
  template <class Use>
  auto using_session(Use&& use) {
    auto on = transport();
    if (!pumping_) {
      if (!std::exchange(touched_, true)) around_.touched.push_back(&connection_);
      if (around_.wake) around_.wake(connection_);
    }
    return use(on);
  }

 private:
  Derived& derived() noexcept { return static_cast<Derived&>(*this); }

  void pump() {
    if (std::exchange(pumping_, true)) return;
    auto on = transport();
    while (auto const event = session_.next_event(on)) tell(*event);
    pumping_ = false;
  }

  void tell(session_event const& event) {
    using kind = session_event::kind;
    if (event.what == kind::head) return derived().on_head(event.id);
    if (event.what == kind::settings) remember_settings();
    if (event.what == kind::settings || event.what == kind::requests_available) return derived().on_room();
    if (event.what == kind::goaway || event.what == kind::streams_available)
      return for_each_live([&](Exchange& one) { one.in().tell_stream(event); });
    auto* const one = static_cast<Exchange*>(event.context);
    if (one == nullptr) return;
    switch (event.what) {
      case kind::interim: return derived().on_interim(*one);
      case kind::content: return one->in().resume();
      case kind::end: return one->in().tell_end();
      case kind::writable: return one->out().tell_writable();
      case kind::stopped: return one->out().tell_stopped();
      case kind::failed: return fail(*one, static_cast<error_code>(event.code));
      case kind::over: return close(*one);
      case kind::held_datagrams: return tell_held_datagrams(event.id, *one);
      case kind::stream_opened:
      case kind::stream_readable:
      case kind::stream_end:
      case kind::stream_reset:
      case kind::stream_writable:
      case kind::stream_stopped:
      case kind::stream_over: return one->in().tell_stream(event);
      default: return;
    }
  }

  /// RFC 9114 7.2.4.2: what the next connection's early data relies on.
  void remember_settings() {
    if constexpr (wire::has_early_data)
      if (connection_.self() == role::client)
        connection_.remember_with_sessions(encode_remembered(*session_.peer_settings()));
  }

  /// QUIC says it all again by itself (RFC 9001 4.6.2), unless it was in the words of another protocol.
  void on_early_rejected(bool other_protocol) {
    auto on = transport();
    if (other_protocol) return session_.close(on, error_code::no_error, "another protocol than last time");
    session_.on_early_rejected();
  }

  void fail(Exchange& one, error_code code) {
    one.out().tell_stopped();
    one.in().tell_failure(code);
    derived().on_failed(one, code);
  }

  void close(Exchange& one) {
    one.out().tell_closed();
    give_back(one);
  }

  /// Datagrams wait in the connection, so that applications are not called while a packet is being read.
  void take_datagrams() {
    if constexpr (wire::has_datagrams) {
      auto on = transport();
      auto waiting = connection_.template extension<datagram>();
      while (auto const bytes = waiting.peek()) {
        if (auto const read = session_.on_datagram(on, *bytes))
          if (auto* const one = exchange_of(read->id)) one->in().tell_datagram(read->payload);
        waiting.pop();
      }
    }
  }

  void tell_held_datagrams(stream_id id, Exchange& one) {
    auto on = transport();
    while (auto const payload = session_.data_streams(on).take_held_datagram(id)) one.in().tell_datagram(*payload);
  }

  /// The connection is gone, and with it everything that was under way.
  void end_all() {
    auto const code = code_of_end();
    auto on = transport();
    session_.close(on, error_code::no_error, "");
    for_each_live([&](Exchange& one) {
      fail(one, code);
      close(one);
    });
  }

  /// RFC 9114 5.4: what was under way may have been processed, whatever code the peer has chosen for the connection.
  [[nodiscard]] error_code code_of_end() const {
    auto const& why = connection_.close_reason();
    if (!why || !why->application) return error_code::internal_error;
    auto const code = static_cast<error_code>(why->code);
    return code == error_code::request_rejected ? error_code::internal_error : code;
  }

  Connection& connection_;
  surroundings<Connection>& around_;
  http3::session<wire> session_;
  std::vector<std::unique_ptr<Exchange>> all_;
  std::vector<Exchange*> spare_;
  std::size_t live_ = 0;
  bool early_ = false;  ///< client: what is said before the handshake is complete is early data
  bool pumping_ = false;
  bool touched_ = false;  ///< it is in the list of those
};

}  // namespace quoin::http3
