// SPDX-License-Identifier: BSL-1.0
/// \file
/// The backend of a world over `quoin::lab`. Each stack instantiates it in a file of its own.
#pragma once

#include "backend.hpp"

#include <quoin/testing/lab.hpp>

namespace quoin::scenario {

/// Passes everything on, with the side and the number of its connection.
class reporting_observer {
 public:
  static constexpr bool enabled = true;
  reporting_observer() = default;
  reporting_observer(reporter& to, role side, std::size_t connection) : to_(&to), side_(side), number_(connection) {}

  /// What each connection's observer is made from, unless a stack says otherwise.
  static reporting_observer make(backend& of, role side, std::size_t connection) {
    return {*of.report, side, connection};
  }

  [[nodiscard]] std::size_t number() const noexcept { return number_; }

  template <class Event>
  void on(Event const& e) {
    if constexpr (requires(reporter & to) { to.on(role{}, std::size_t{}, e); })
      if (to_ != nullptr) to_->on(side_, number_, e);
  }

 private:
  reporter* to_ = nullptr;
  role side_ = role::client;
  std::size_t number_ = 0;
};

template <class Stack>
class lab_backend final : public backend {
  using lab_type = lab<Stack>;
  using connection_type = typename lab_type::connection_type;
  using endpoint_type = typename lab_type::endpoint_type;

 public:
  using crypto_config = typename lab_type::options::crypto_config;
  using config_maker = crypto_config (*)(world_options const&, role);

  lab_backend(world_options const& from, config_maker make_config, reporter& to)
      : make_config_(make_config),
        now_(from),
        server_crypto_(make_config(from, role::server)),
        lab_(options_for(from, make_config(from, role::client), server_crypto_)) {
    report = &to;
    qlog_folder = from.qlog_folder;
  }

  void change_server(world_options const& to) override {
    now_ = to;
    server_crypto_ = make_config_(to, role::server);
  }

  sim::network& network() override { return lab_.network(); }
  sim::link& uplink() override { return lab_.uplink(); }
  sim::link& downlink() override { return lab_.downlink(); }
  sim::host_id host(role side) const override { return side == role::client ? lab_.client_host() : lab_.server_host(); }
  std::string const& trace() const override { return lab_.trace(); }
  void restart_server() override {
    lab_.restart_server();
    lab_.server_endpoint().io().set_offload(offload_[1]);
    for (auto& each : parties[1]) static_cast<member&>(*each).lose();
  }
  socket_address open_local(role side, socket_address const& address) override {
    return endpoint_of(side).open_local(address);
  }
  void close_local(role side, socket_address const& address) override { endpoint_of(side).close_local(address); }
  void take_down(role side, socket_address const& local) override { endpoint_of(side).io().take_down(local); }
  void set_interface_mtu(role side, std::size_t mtu) override { endpoint_of(side).io().set_mtu(mtu); }
  void set_offload(role side, sim_offload const& offload) override {
    offload_[index_of(side)] = offload;
    endpoint_of(side).io().set_offload(offload);
  }
  std::size_t alive(role side) const override { return endpoint_of(side).connection_count(); }

  void connect(std::string name, bool early_data) override {
    set_clocks();
    adopt(role::client,
          lab_.client_endpoint().connect(now_.server_at, std::move(name), {.resume = true, .early_data = early_data}));
  }

  instant deadline() const override {
    auto& self = const_cast<lab_backend&>(*this);
    return std::min({self.lab_.network().deadline(), due(role::client), due(role::server)});
  }

  void stop_clock(role side, duration span, bool catches_up) override {
    auto& clock = clocks_[index_of(side)];
    if (lab_.now() < clock.stands_until) return;  // it stands already
    clock.stands_at = clock_of(side);
    clock.stands_until = saturating_add(lab_.now(), span);
    if (!catches_up) clock.ahead -= span;
  }
  void step_clock(role side, duration by) override { clocks_[index_of(side)].ahead += by; }

  /// Unlike the lab's own loop it never wakes connections that nobody used: an endpoint has to remember its work.
  void serve_due() override {
    set_clocks();
    for (auto const side : {role::server, role::client}) {
      auto& endpoint = endpoint_of(side);
      if (now_.takes_replays)
        serve_with(early_handler{{*this, side}}, endpoint, side);
      else
        serve_with(handler{*this, side}, endpoint, side);
    }
  }

 private:
  /// What a host's clock shows, which nothing but its endpoint looks at. It never goes back.
  struct host_clock {
    duration ahead{};  ///< of the network's time
    instant stands_at{};
    instant stands_until{};
  };

  [[nodiscard]] instant clock_of(role side) const {
    auto const& clock = clocks_[index_of(side)];
    return lab_.now() < clock.stands_until ? clock.stands_at : lab_.now() + clock.ahead;
  }

  /// When, by the network's time, an endpoint has something to do.
  [[nodiscard]] instant due(role side) const {
    auto const& clock = clocks_[index_of(side)];
    auto const at = endpoint_of(side).deadline();
    if (at == never || at <= clock_of(side)) return at == never ? never : lab_.now();
    return std::max(at - clock.ahead, clock.stands_until);
  }

  template <class Handler>
  void serve_with(Handler tells, endpoint_type& endpoint, role side) {
    int turns = 0;
    while (endpoint.io().readable() || endpoint.deadline() <= clock_of(side)) {
      endpoint.service(tells);
      QUOIN_ASSERT(++turns < 10'000);
    }
    most_turns = std::max(most_turns, static_cast<unsigned>(turns));
  }

  /// A party whose connection is found by the context pointer that it carries.
  class member final : public party {
   public:
    member(lab_backend& owner, role side, connection_type& of) : owner_(owner), side_(side), connection_(&of) {
      of.set_context(this);
      number = of.observer().template get<typename Stack::observer>().number();
    }

    stream_result<stream_id> open(stream_direction d) override {
      return use([&](auto& c) -> stream_result<stream_id> { return c.open(d); });
    }
    stream_result<std::size_t> write(stream_id id, byte_view bytes) override {
      return use([&](auto& c) -> stream_result<std::size_t> { return c.write(id, bytes); });
    }
    stream_result<> write(stream_id id, send_slice slice) override {
      return use([&](auto& c) -> stream_result<> { return c.write(id, std::move(slice)); });
    }
    stream_result<> finish(stream_id id) override {
      return use([&](auto& c) -> stream_result<> { return c.finish(id); });
    }
    stream_result<> reset(stream_id id, std::uint64_t code) override {
      return use([&](auto& c) -> stream_result<> { return c.reset(id, code); });
    }
    stream_result<> stop_sending(stream_id id, std::uint64_t code) override {
      return use([&](auto& c) -> stream_result<> { return c.stop_sending(id, code); });
    }
    stream_result<> prioritize(stream_id id, stream_priority priority) override {
      return use([&](auto& c) -> stream_result<> { return c.prioritize(id, priority); });
    }
    stream_result<read_outcome> read(stream_id id, byte_span room) override {
      return use([&](auto& c) -> stream_result<read_outcome> { return c.read(id, room, owner_.clock_of(side_)); });
    }
    stream_result<byte_view> peek(stream_id id) override {
      return use([&](auto& c) -> stream_result<byte_view> { return c.peek(id); });
    }
    stream_result<bool> consume(stream_id id, std::size_t count) override {
      return use([&](auto& c) -> stream_result<bool> { return c.consume(id, count, owner_.clock_of(side_)); });
    }
    stream_result<stream_id> early_open(stream_direction d) override {
      return use([&](auto& c) -> stream_result<stream_id> { return c.early().open(d); });
    }
    stream_result<std::size_t> early_write(stream_id id, byte_view bytes) override {
      return use([&](auto& c) -> stream_result<std::size_t> { return c.early().write(id, replay_safe{bytes}); });
    }
    stream_result<> early_finish(stream_id id) override {
      return use([&](auto& c) -> stream_result<> { return c.early().finish(id); });
    }
    bool can_send_early() const override { return connection_ != nullptr && connection_->can_send_early(); }
    bool replayable() const override { return connection_ != nullptr && connection_->replayable(); }
    void close(std::uint64_t code, std::string_view reason) override {
      if (auto* c = used()) c->close(code, reason, owner_.clock_of(side_));
    }
    bool update_keys() override {
      auto* c = used();
      return c != nullptr && c->update_keys(owner_.clock_of(side_));
    }
    bool rotate_connection_id() override {
      auto* c = used();
      return c != nullptr && c->rotate_connection_id();
    }
    void ping() override {
      if (auto* c = used()) c->ping();
    }
    stream_result<> reset_at(stream_id id, std::uint64_t code, std::uint64_t reliable_size) override {
      return use([&](auto& c) -> stream_result<> {
        return c.template extension<reset_stream_at>().reset(id, code, reliable_size);
      });
    }
    datagram_result<std::uint64_t> send_datagram(byte_view bytes) override {
      if (auto* c = used()) return c->template extension<datagram>().send(bytes);
      return unexpected{datagram_errc::connection_closed};
    }
    std::optional<socket_address> observed_address() const override {
      if (connection_ == nullptr) return std::nullopt;
      return connection_->template extension<address_discovery>().observed();
    }
    std::size_t max_datagram() const override {
      return connection_ ? connection_->template extension<datagram>().max_size() : 0;
    }
    path_result migrate(socket_address const& local) override {
      if (auto* c = used()) return c->migrate(local, owner_.clock_of(side_));
      return unexpected{path_errc::connection_closed};
    }
    path_result probe(socket_address const& local) override {
      if (auto* c = used()) return c->probe(local, owner_.clock_of(side_));
      return unexpected{path_errc::connection_closed};
    }
    network_path path() const override { return connection_ ? connection_->path() : network_path{}; }
    bool connected() const override { return connection_ != nullptr ? connection_->connected() : was_connected_; }
    bool confirmed() const override { return connection_ != nullptr ? connection_->confirmed() : was_confirmed_; }
    bool closing() const override { return connection_ == nullptr || connection_->closing(); }
    std::string alpn() const override { return std::string{connection_ ? connection_->alpn() : ""}; }
    version spoken() const override { return connection_ ? connection_->version() : version::negotiation; }
    bool retried() const override { return connection_ != nullptr && connection_->retried(); }
    connection_statistics statistics() const override { return connection_ ? connection_->statistics() : last_; }
    byte_count held_bytes() const override { return connection_ ? connection_->held_bytes() : 0; }
    std::size_t open_streams() const override { return connection_ ? connection_->open_streams() : 0; }
    std::size_t connection_ids() const override {
      std::size_t n = 0;
      if (connection_ != nullptr) connection_->for_each_connection_id([&](auto const&...) { ++n; });
      return n;
    }
    byte_count unsent(stream_id id) const override { return connection_ ? connection_->unsent(id) : 0; }
    instant deadline() const override { return connection_ ? connection_->deadline() : never; }
    bool gone() const override { return connection_ == nullptr; }

    void lose() { connection_ = nullptr; }
    /// Is called after each turn: a connection that has closed for good was removed in it.
    void look_after(endpoint_type& endpoint) {
      if (connection_ == nullptr || !ended) return;
      bool found = false;
      endpoint.for_each_connection([&](connection_type& c) { found = found || &c == connection_; });
      if (!found) connection_ = nullptr;
    }
    void on_closed(duration at) {
      last_ = connection_->statistics();
      was_connected_ = connection_->connected();
      was_confirmed_ = connection_->confirmed();
      ended = connection_->close_reason();
      ended_at = at;
    }

   private:
    connection_type* used() {
      if (connection_ != nullptr) owner_.endpoint_of(side_).touch(*connection_);
      return connection_;
    }
    template <class Call>
    auto use(Call&& call) -> decltype(call(std::declval<connection_type&>())) {
      if (auto* c = used()) return call(*c);
      return unexpected{stream_errc::connection_closed};
    }

    lab_backend& owner_;
    role side_;
    connection_type* connection_;
    connection_statistics last_{};
    bool was_connected_ = false;
    bool was_confirmed_ = false;
  };

  struct handler {
    static constexpr bool takes_stream_data = true;
    lab_backend& owner;
    role self;

    void on_event(connection_type& from, connection_event const& e) {
      auto& who = owner.party_of(self, from);
      auto const at = owner.lab_.now() - instant{};
      who.events.push_back(e);
      who.event_times.push_back(at);
      if (e.what == connection_event::kind::closed) who.on_closed(at);
      who.react(e, at);
    }
    std::size_t on_stream_data(connection_type& from, stream_id id, byte_view bytes, bool fin) {
      return owner.party_of(self, from).take(id, bytes, fin, owner.lab_.now() - instant{});
    }
    void on_datagram(connection_type& from, byte_view bytes) {
      owner.party_of(self, from).datagrams.emplace_back(bytes.begin(), bytes.end());
    }
  };

  struct early_handler : handler {
    static constexpr bool takes_early_data = true;
  };

  typename lab_type::options options_for(world_options const& from, crypto_config client, crypto_config server) {
    typename lab_type::options made;
    made.seed = from.seed;
    made.start = from.start;
    made.client_at = from.client_at;
    made.server_at = from.server_at;
    made.one_way_delay = from.one_way_delay;
    made.link = from.link;
    made.client = from.client;
    made.server = from.server;
    made.require_retry = from.require_retry;
    made.client_crypto = std::move(client);
    made.server_crypto = std::move(server);
    made.make_observer = [this](role side) {
      return Stack::observer::make(*this, side, observers_made_[index_of(side)]++);
    };
    made.adjust_endpoint = [this](role side, auto& settings) {
      settings.extensions.datagram = now_.datagrams;
      settings.extensions.ack_frequency = now_.ack_frequency;
      settings.extensions.address_discovery = now_.address_discovery;
      if (side == role::client) return;
      settings.crypto = server_crypto_;
      settings.transport = now_.server;
      settings.require_retry = now_.require_retry;
      settings.max_connections = now_.max_connections;
      settings.max_unvalidated = now_.max_unvalidated;
      settings.preferred = now_.preferred;
    };
    return made;
  }

  endpoint_type& endpoint_of(role side) const {
    auto& self = const_cast<lab_backend&>(*this);
    return side == role::client ? self.lab_.client_endpoint() : self.lab_.server_endpoint();
  }

  member& adopt(role side, connection_type& found) {
    auto& all = parties[index_of(side)];
    all.push_back(std::make_unique<member>(*this, side, found));
    return static_cast<member&>(*all.back());
  }

  member& party_of(role side, connection_type& c) {
    if (c.context() == nullptr) return adopt(side, c);
    return *static_cast<member*>(c.context());
  }

  void set_clocks() {
    for (auto const side : {role::client, role::server}) endpoint_of(side).clock().set(clock_of(side));
  }

 public:
  /// Adopts connections that have told nothing yet, and lets go of those that were removed.
  void look_around() override {
    for (auto const side : {role::client, role::server}) {
      auto& endpoint = endpoint_of(side);
      endpoint.for_each_connection([&](connection_type& c) { party_of(side, c); });
      for (auto& each : parties[index_of(side)]) static_cast<member&>(*each).look_after(endpoint);
    }
  }

 private:
  config_maker make_config_;
  world_options now_;
  crypto_config server_crypto_;
  std::size_t observers_made_[2] = {0, 0};
  std::array<host_clock, 2> clocks_{};
  std::array<sim_offload, 2> offload_{};
  lab_type lab_;
};

}  // namespace quoin::scenario
