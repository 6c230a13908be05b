// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client and a server joined by a network of which everything can be said: the workbench of protocol tests.
#pragma once

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/testing/lab_stack.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin {

/// What a lab is made from. `lab<test_stack> lab{{.seed = 7, .one_way_delay = 20ms}};`
template <class Stack>
struct lab_options {
  using crypto_config = std::shared_ptr<typename Stack::crypto::handshake::config const>;
  using endpoint_settings = endpoint_config<lab_stack<Stack>>;

  std::uint64_t seed = 1;
  instant start{};  ///< what all clocks show when it begins
  socket_address client_at = socket_address::v4(10, 0, 0, 1, 5000);
  socket_address server_at = socket_address::v4(10, 0, 0, 2, 443);
  duration one_way_delay = std::chrono::milliseconds{10};
  sim::link_settings link{};  ///< both directions; `one_way_delay` is added to its delay
  transport_settings client{};
  transport_settings server{};
  bool require_retry = false;
  bool server_takes_early_data = false;  ///< its application is told of early data at once
  crypto_config client_crypto{};         ///< needed unless the stack's handshake can do with `{.alpn = {"lab"}}`
  crypto_config server_crypto{};
  std::function<typename Stack::observer(role)> make_observer{};    ///< a default one when empty
  std::function<void(role, endpoint_settings&)> adjust_endpoint{};  ///< the last word on what an endpoint is made from
};

/// Two endpoints in virtual time. Nothing happens unless a member lets it happen, and the same calls with the same seed
/// give the same trace byte for byte. References to connections are good until their `closed` event and a step more.
template <class Stack>
class lab {
 public:
  using stack = lab_stack<Stack>;
  using connection_type = connection<stack>;
  using endpoint_type = endpoint<stack>;
  using options = lab_options<Stack>;
  using event_hook = std::function<void(role, connection_type&, connection_event const&)>;

  explicit lab(options chosen = {})
      : options_(std::move(chosen)),
        text_(std::make_shared<std::string>()),
        network_(std::make_shared<sim::network>(options_.seed, options_.start)),
        client_host_(network_->add_host("client")),
        server_host_(network_->add_host("server")) {
    auto settings = options_.link;
    settings.delay += options_.one_way_delay;
    network_->join(client_host_, server_host_, settings);
    network_->trace_to(text_);
    client_endpoint_ = make_endpoint(role::client);
    server_endpoint_ = make_endpoint(role::server);
  }
  lab(lab const&) = delete;
  lab& operator=(lab const&) = delete;

  /// Where they are unless the options say otherwise.
  static constexpr socket_address client_address() noexcept { return socket_address::v4(10, 0, 0, 1, 5000); }
  static constexpr socket_address server_address() noexcept { return socket_address::v4(10, 0, 0, 2, 443); }

  // ---- the parts

  sim::network& network() noexcept { return *network_; }
  [[nodiscard]] sim::host_id client_host() const noexcept { return client_host_; }
  [[nodiscard]] sim::host_id server_host() const noexcept { return server_host_; }
  /// From client to server.
  sim::link& uplink() { return network_->between(client_host_, server_host_); }
  /// From server to client.
  sim::link& downlink() { return network_->between(server_host_, client_host_); }
  endpoint_type& client_endpoint() noexcept { return *client_endpoint_; }
  endpoint_type& server_endpoint() noexcept { return *server_endpoint_; }

  /// The oldest connection of that side; having none breaks a contract.
  connection_type& client() { return first_of(*client_endpoint_); }
  connection_type& server() { return first_of(*server_endpoint_); }

  /// Everything that happened on both sides and between them, a line each.
  [[nodiscard]] std::string const& trace() const noexcept { return *text_; }

  /// Events that an endpoint's handler was told, oldest first.
  [[nodiscard]] std::vector<connection_event> const& events(role side) const { return sides_[index_of(side)].events; }
  [[nodiscard]] std::size_t count(role side, connection_event::kind what) const {
    auto const& told = events(side);
    return static_cast<std::size_t>(
        std::count_if(told.begin(), told.end(), [&](connection_event const& e) { return e.what == what; }));
  }
  /// Why the last connection of that side ended, once it has.
  [[nodiscard]] std::optional<close_info> const& ended(role side) const { return sides_[index_of(side)].ended; }

  /// Is called for every event, beside its being kept.
  void on_event(event_hook hook) { hook_ = std::move(hook); }

  // ---- what can be done

  /// Starts a connection and sends its first flight.
  connection_type& connect(std::string server_name = "server.test") {
    set_clocks();
    auto& started = client_endpoint_->connect(options_.server_at, std::move(server_name));
    serve();
    return started;
  }

  /// Replaces the server by one that has lost all state but its static key, as a crash would (RFC 9000 10.3).
  void restart_server() {
    server_endpoint_.reset();
    server_endpoint_ = make_endpoint(role::server);
  }

  // ---- time

  [[nodiscard]] instant now() const noexcept { return network_->now(); }

  /// When something happens next: a datagram arrives or an endpoint's timer is due.
  [[nodiscard]] instant deadline() const {
    return std::min({network_->deadline(), client_endpoint_->deadline(), server_endpoint_->deadline()});
  }

  /// Serves both endpoints now, after a test used a connection; moves no time.
  void serve() {
    set_clocks();
    for (auto* const each : {server_endpoint_.get(), client_endpoint_.get()})
      each->for_each_connection([&](connection_type& c) { each->touch(c); });
    serve_due();
  }

  /// Goes to the next thing that happens and lets both endpoints react. False when nothing ever will.
  bool step() {
    serve();
    auto const at = deadline();
    if (at == never) return false;
    network_->run_until(std::max(at, now()));
    set_clocks();
    serve_due();
    return true;
  }

  /// Lets everything happen that is due within `span`, and moves on by exactly that.
  void advance(duration span) { advance_to(saturating_add(now(), span)); }

  void advance_to(instant until) {
    serve();
    while (deadline() <= until) step();
    network_->run_until(until);
    set_clocks();
  }

  /// Steps until `reached()`; false when that does not happen within `patience` of virtual time.
  template <class Predicate>
  bool run_until(Predicate&& reached, duration patience = std::chrono::seconds{60}) {
    serve();
    auto const until = saturating_add(now(), patience);
    while (!reached()) {
      if (deadline() > until || !step()) return reached();
    }
    return true;
  }

  /// Lets everything arrive that is under way, and everything that is sent in answer, until the network is empty and no
  /// timer is due within `quiet` from then. Timers that run out meanwhile are acted on.
  void settle(duration quiet = duration::zero()) {
    serve();
    while (network_->deadline() != never || deadline() <= saturating_add(now(), quiet)) step();
  }

  /// Connects and steps until both sides have confirmed the handshake; false when that does not happen in time.
  bool establish(duration patience = std::chrono::seconds{60}) {
    connect();
    return run_until([&] { return both_confirmed(); }, patience);
  }

 private:
  struct side_record {
    std::vector<connection_event> events;
    std::optional<close_info> ended;
  };

  struct handler {
    lab& owner;
    role self;
    static constexpr bool takes_early_data = true;
    [[nodiscard]] bool wants_early_data() const {
      return self == role::server && owner.options_.server_takes_early_data;
    }
    void on_event(connection_type& from, connection_event const& e) { owner.note(self, from, e); }
  };

  void note(role self, connection_type& from, connection_event const& e) {
    auto& kept = sides_[index_of(self)];
    kept.events.push_back(e);
    if (e.what == connection_event::kind::closed) kept.ended = from.close_reason();
    if (hook_) hook_(self, from, e);
  }

  std::unique_ptr<endpoint_type> make_endpoint(role self) {
    bool const client = self == role::client;
    typename options::endpoint_settings settings;
    settings.io = {network_, client ? client_host_ : server_host_, client ? options_.client_at : options_.server_at};
    settings.crypto = crypto_of(client ? options_.client_crypto : options_.server_crypto);
    settings.transport = client ? options_.client : options_.server;
    settings.accept = !client;
    settings.require_retry = !client && options_.require_retry;
    settings.secret.fill(static_cast<std::uint8_t>(client ? 0xc1 : 0x5e));
    settings.make_observer = [this](role side_of, connection_id const&) {
      return typename stack::observer{recorder{text_, side_of == role::client ? "client" : "server"},
                                      observer_of(side_of)};
    };
    if (options_.adjust_endpoint) options_.adjust_endpoint(self, settings);
    // A restarted server must not repeat the bytes of the one before.
    lab_entropy entropy{options_.seed * 1'000'003 + ++endpoints_made_};
    return std::make_unique<endpoint_type>(std::move(settings), manual_clock{now()}, std::move(entropy));
  }

  static typename options::crypto_config crypto_of(typename options::crypto_config const& given) {
    using config = typename Stack::crypto::handshake::config;
    if (given) return given;
    if constexpr (requires(config c) { c.alpn.emplace_back("lab"); } && std::default_initializable<config>) {
      auto made = std::make_shared<config>();
      made->alpn.emplace_back("lab");
      return made;
    } else {
      return nullptr;  // the endpoint says that it is missing
    }
  }

  typename Stack::observer observer_of(role side_of) {
    if (options_.make_observer) return options_.make_observer(side_of);
    if constexpr (std::default_initializable<typename Stack::observer>)
      return {};
    else
      throw std::invalid_argument{"lab_options::make_observer is empty: this stack's observer needs it"};
  }

  static connection_type& first_of(endpoint_type& of) {
    connection_type* first = nullptr;
    of.for_each_connection([&](connection_type& each) { first = first == nullptr ? &each : first; });
    QUOIN_ASSERT(first != nullptr);
    return *first;
  }

  bool both_confirmed() {
    auto const confirmed = [](endpoint_type& of) {
      bool all = of.connection_count() > 0;
      of.for_each_connection([&](connection_type& each) { all = all && each.confirmed(); });
      return all;
    };
    return confirmed(*client_endpoint_) && confirmed(*server_endpoint_);
  }

  void set_clocks() {
    client_endpoint_->clock().set(now());
    server_endpoint_->clock().set(now());
  }

  /// Serves each endpoint until it has no more to do now. One that never ends is a bug in what is tested.
  void serve_due() {
    for (auto* const each : {server_endpoint_.get(), client_endpoint_.get()}) {
      handler tells{*this, each == client_endpoint_.get() ? role::client : role::server};
      int turns = 0;
      while (turns == 0 || each->deadline() <= now()) {
        each->service(tells);
        QUOIN_ASSERT(++turns < 10'000);
      }
    }
  }

  options options_;
  std::shared_ptr<std::string> text_;
  std::shared_ptr<sim::network> network_;
  sim::host_id client_host_;
  sim::host_id server_host_;
  std::uint64_t endpoints_made_ = 0;
  std::array<side_record, 2> sides_;
  event_hook hook_;
  std::unique_ptr<endpoint_type> client_endpoint_;
  std::unique_ptr<endpoint_type> server_endpoint_;
};

}  // namespace quoin
