// SPDX-License-Identifier: BSL-1.0
/// \file
/// `engine` over the endpoints of one stack.
#pragma once

#include "engine.hpp"
#include "failure.hpp"
#include "net_address.hpp"
#include "session_file.hpp"
#include "stream_order.hpp"
#include "web.hpp"
#include "web_settings.hpp"

#include <quoin/endpoint/endpoint_group.hpp>
#include <quoin/stacks/default.hpp>

#include <array>
#include <unordered_map>

#include <poll.h>

namespace tool {

/// What all of the tool's stacks have in common: any of them may run on several threads and serve browsers.
struct tool_stack : quoin::default_stack {
  using cid_format = quoin::quic_lb_plain<quoin::quic_lb_layout{}>;
  using scheduler = stream_order;
};

/// One endpoint of a group that goes away with the last of its engines.
template <class Stack>
class stack_engine final : public engine {
  using connection = quoin::connection<Stack>;

 public:
  stack_engine(engine_settings const& settings, std::shared_ptr<quoin::endpoint_group<Stack>> group, std::size_t number,
               std::shared_ptr<tls_config> tls)
      : accept_(settings.accept),
        tls_(std::move(tls)),
        sessions_(settings.session_file),
        early_data_(settings.early_data),
        group_(std::move(group)),
        endpoint_((*group_)[number]),
        web_(endpoint_, settings.transport, web_settings(settings.early_data, settings.extended_connect)) {
    for (auto& session : sessions_.load()) endpoint_.sessions().keep(std::move(session));
  }

  void connect(quoin::socket_address const& remote, std::string const& server_name, application& app) override {
    // Without a file there is nothing to resume but what this run has got itself, and what is measured are whole
    // handshakes.
    quoin::connect_options const how{.resume = sessions_.keeps(), .early_data = early_data_};
    auto& started = adopt(endpoint_.connect(remote, server_name, how), app, nullptr);
    sessions_at_start_ = kept().size();
    if (!started.conn.can_send_early()) return;
    if (started.conn.early_alpn() == "h3") web_.begin_early(started.conn, started, app);
    app.on_early(started);
  }

  void turn(quoin::duration max_wait) override {
    if (ready_) {
      wait_for_either(max_wait);
      max_wait = quoin::duration::zero();
    }
    endpoint_.turn(handler_, max_wait);
    web_.turn();
    for (auto& [key, held] : lines_) {
      held->used = false;
      held->app.on_turn(*held);
      if (held->used) endpoint_.touch(held->conn);
    }
  }

  void watch(int descriptor, std::function<void()> ready) override {
    watched_ = descriptor;
    ready_ = std::move(ready);
  }

  void close_all(std::uint64_t code, std::string_view reason) override {
    for (auto& [key, held] : lines_) {
      held->close(web_.speaks(held->conn) ? web_code(code) : code, reason);
      endpoint_.touch(held->conn);
    }
  }

  void shutdown(quoin::duration grace, std::uint64_t code, std::string_view reason) override {
    web_.shutdown(grace);
    endpoint_.shutdown(grace, code, std::string{reason});
  }

  void wait_for_session() override {
    if (!sessions_.keeps()) return;
    // One comes behind the handshake; a short answer to early data may be here before it.
    for (int turns = 0; turns < 10 && kept().size() <= sessions_at_start_; ++turns) turn(std::chrono::milliseconds{50});
  }

  void save_sessions() override { sessions_.save(kept()); }

  [[nodiscard]] std::size_t connection_count() const override { return endpoint_.connection_count(); }
  [[nodiscard]] quoin::socket_address local_address() const override { return endpoint_.local_address(); }
  void for_each(std::function<void(port&)> const& visit) override {
    for (auto& [key, held] : lines_) visit(*held);
  }
  void renew_credentials() override { tls_->renew(); }
  [[nodiscard]] std::vector<pem_identity> identities() const override { return tls_->identities(); }
  [[nodiscard]] std::string fingerprint() const override { return tls_->fingerprint(); }

 private:
  /// One connection with its application.
  struct line final : port {
    line(quoin::endpoint<Stack>& e, connection& c, application& a, std::unique_ptr<application> o)
        : at(e), conn(c), app(a), owned(std::move(o)) {}

    std::optional<quoin::stream_id> open(quoin::stream_direction direction) override {
      // All that the tool's clients ask for may be asked twice: they fetch and measure.
      auto const id = conn.early().open(direction);
      if (!id) return std::nullopt;
      used = true;
      return *id;
    }
    bool write(quoin::stream_id id, quoin::send_slice slice) override {
      used = true;
      if (conn.self() == quoin::role::client && !conn.connected()) {
        auto const taken = conn.early().write(id, quoin::replay_safe{slice.bytes});
        return taken && *taken == slice.bytes.size();
      }
      return conn.write(id, std::move(slice)).has_value();
    }
    // A stream that is gone already needs no end: the verdicts of these are of no interest.
    void finish(quoin::stream_id id) override {
      used = true;
      static_cast<void>(conn.early().finish(id));
    }
    void reset(quoin::stream_id id, std::uint64_t code) override {
      used = true;
      static_cast<void>(conn.reset(id, code));
    }
    void stop_sending(quoin::stream_id id, std::uint64_t code) override {
      used = true;
      static_cast<void>(conn.stop_sending(id, code));
    }
    [[nodiscard]] quoin::byte_count unsent(quoin::stream_id id) const override { return conn.unsent(id); }
    bool update_keys() override {
      used = true;
      return conn.update_keys(at.now());
    }
    bool move() override {
      used = true;
      // The same address: on a machine with several, the way that was good for the first port is for the second.
      auto local = conn.path().local;
      local.port = 0;
      if (!moving_to.known()) moving_to = at.open_local(local);
      return conn.migrate(moving_to, at.now()).has_value();
    }
    void close(std::uint64_t code, std::string_view reason) override {
      used = true;
      conn.close(code, reason, at.now());
    }
    [[nodiscard]] quoin::connection_statistics statistics() const override { return conn.statistics(); }
    [[nodiscard]] quoin::socket_address remote() const override { return conn.path().remote; }
    [[nodiscard]] connection_facts facts() const override {
      connection_facts out{conn.version(),
                           {},
                           0,
                           std::string{conn.alpn()},
                           conn.server_name(),
                           {},
                           conn.resumed(),
                           conn.early_data(),
                           conn.peer_parameters()};
      if (auto const* const tls = conn.tls()) {
        out.suite = tls->suite();
        out.group = tls->group();
        out.certificate = tls->peer();
      }
      return out;
    }

    quoin::endpoint<Stack>& at;
    connection& conn;
    application& app;
    std::unique_ptr<application> owned;
    quoin::socket_address moving_to;
    bool used = false;
  };

  /// What the endpoint calls.
  struct handler {
    static constexpr bool takes_stream_data = true;
    static constexpr bool takes_early_data = true;  // files are read and bytes are made, once or twice
    stack_engine& self;

    void on_event(connection& from, quoin::connection_event const& event) {
      if (self.web_.speaks(from)) return self.on_web_event(from, event);
      if (auto* const held = self.line_of(from)) self.dispatch(*held, event);
    }
    void on_receive_error(std::error_code why) {
      complain("cannot receive at " + shown(self.local_address()) + ": " + why.message() + "; trying again");
    }
    bool keeps_for_reading(connection& of) const { return self.web_.speaks(of); }
    std::size_t on_stream_data(connection& from, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
      if (self.web_.speaks(from)) return 0;  // kept for whoever reads it
      auto* const held = self.line_of(from);
      if (held == nullptr) return 0;
      held->app.on_data(*held, id, bytes, fin);
      return bytes.size();
    }
  };

  std::vector<quoin::client_session> kept() {
    std::vector<quoin::client_session> all;
    endpoint_.sessions().for_each([&](quoin::client_session const& session) { all.push_back(session); });
    return all;
  }

  /// Sleeps until the endpoint or what is watched has something to do.
  void wait_for_either(quoin::duration max_wait) {
    auto const due = endpoint_.deadline();
    auto const now = endpoint_.now();
    auto const left = due == quoin::never ? max_wait : due <= now ? quoin::duration::zero() : due - now;
    auto const wait = std::chrono::nanoseconds{std::min(max_wait, left)};
    timespec const until{static_cast<time_t>(wait.count() / 1'000'000'000),
                         static_cast<long>(wait.count() % 1'000'000'000)};
    std::array<pollfd, 2> both{{{endpoint_.native_handle(), POLLIN, 0}, {watched_, POLLIN, 0}}};
    if (::ppoll(both.data(), both.size(), &until, nullptr) > 0 && both[1].revents != 0) ready_();
  }

  /// HTTP/3 keeps its own things in the connection's context; lines are found by the table.
  void on_web_event(connection& from, quoin::connection_event const& event) {
    auto const known = lines_.find(&from);
    if (known == lines_.end() && (!accept_ || from.closing())) return;
    auto& held = known != lines_.end() ? *known->second : adopt_for_web(from);
    using kind = quoin::connection_event::kind;
    // The application hears of the end before its messages do: then it need not be told the reason for each.
    if (event.what == kind::closed) held.app.on_closed(held, from.close_reason().value_or(quoin::close_info{}));
    web_.on_event(from, event, held, held.app);
    if (event.what == kind::connected) held.app.on_connected(held);
    if (event.what == kind::confirmed) held.app.on_confirmed(held);
    if (event.what != kind::closed) return;
    from.set_context(&ended_);
    lines_.erase(&from);
  }

  line& adopt_for_web(connection& from) {
    auto app = accept_(*this);
    auto& target = *app;
    auto& made = adopt(from, target, std::move(app));
    from.set_context(nullptr);
    return made;
  }

  line& adopt(connection& from, application& app, std::unique_ptr<application> owned) {
    auto made = std::make_unique<line>(endpoint_, from, app, std::move(owned));
    from.set_context(made.get());
    return *(lines_[&from] = std::move(made));
  }

  line* line_of(connection& from) {
    if (from.context() == &ended_) return nullptr;
    if (from.context() != nullptr) return static_cast<line*>(from.context());
    if (!accept_) return nullptr;
    auto app = accept_(*this);
    auto& target = *app;
    return &adopt(from, target, std::move(app));
  }

  void dispatch(line& held, quoin::connection_event const& event) {
    using kind = quoin::connection_event::kind;
    switch (event.what) {
      case kind::connected: return held.app.on_connected(held);
      case kind::confirmed: return held.app.on_confirmed(held);
      case kind::stream_readable: return read(held, event.id);
      case kind::stream_reset: return held.app.on_reset(held, event.id, event.code);
      case kind::stop_sending: return held.app.on_stop_sending(held, event.id, event.code);
      case kind::stream_finished: return held.app.on_finished(held, event.id);
      case kind::streams_available: return held.app.on_streams_available(held);
      case kind::closed: return end(held);
      case kind::early_data_rejected:
        // What was asked for in the words of another protocol is gone.
        if (event.code != 0) held.close(0, "another protocol than last time");
        return;
      case kind::early_data_accepted:
      case kind::stream_opened:
      case kind::stream_writable:
      case kind::path_changed:
      case kind::path_validated:
      case kind::path_failed:
      case kind::path_opened:
      case kind::path_closed:
      case kind::stream_size_known:
      case kind::datagrams_readable:  // no stack of the tool lists the extension
      case kind::datagrams_writable:
      case kind::datagram_acked:
      case kind::datagram_lost:
      case kind::address_observed: break;
    }
  }

  void read(line& held, quoin::stream_id id) {
    std::array<std::uint8_t, 16384> room;
    while (true) {
      auto const got = held.conn.read(id, room, endpoint_.now());
      if (!got || (got->size == 0 && !got->fin)) return;
      held.app.on_data(held, id, quoin::byte_view{room}.first(got->size), got->fin);
      if (got->fin) return;
    }
  }

  void end(line& held) {
    auto& from = held.conn;
    held.app.on_closed(held, from.close_reason().value_or(quoin::close_info{}));
    from.set_context(&ended_);
    lines_.erase(&from);
  }

  std::function<std::unique_ptr<application>(engine&)> accept_;
  std::function<void()> ready_;
  int watched_ = -1;
  std::shared_ptr<tls_config> tls_;
  session_file sessions_;
  bool early_data_;
  std::size_t sessions_at_start_ = 0;
  std::shared_ptr<quoin::endpoint_group<Stack>> group_;
  quoin::endpoint<Stack>& endpoint_;
  web_side<Stack> web_;
  handler handler_{*this};
  std::unordered_map<connection*, std::unique_ptr<line>> lines_;
  char ended_ = 0;  // its address marks connections whose application has been told the end
};

/// The part of the configuration that all stacks share.
template <class Stack>
engines make_stack_engines(engine_settings const& settings,
                           decltype(quoin::endpoint_config<Stack>::make_observer) make_observer = {}) {
  auto const tls = std::make_shared<tls_config>(settings.tls, settings.self);
  quoin::endpoint_config<Stack> config;
  config.io.bind = settings.bind;
  config.crypto = tls->config();
  config.transport = settings.transport;
  config.accept = settings.self == quoin::role::server;
  config.require_retry = settings.retry;
  config.preferred = settings.preferred;
  config.make_observer = std::move(make_observer);
  auto const group = std::make_shared<quoin::endpoint_group<Stack>>(std::move(config), settings.threads);
  engines made;
  for (std::size_t i = 0; i < group->size(); ++i)
    made.push_back(std::make_unique<stack_engine<Stack>>(settings, group, i, tls));
  return made;
}

}  // namespace tool
