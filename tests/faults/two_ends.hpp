// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's endpoint over a memory link whose calls fail as a test says. Everything of the library is
/// run under `under_test`; the applications at both ends ask for no memory.
#pragma once

#include "../tested_version.hpp"
#include "failing_new.hpp"

#include <quoin/crypto/session/strike_register.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/io/faulty_io.hpp>
#include <quoin/stacks/test.hpp>

#include <array>
#include <optional>

namespace quoin::testing {

using namespace std::chrono_literals;

/// A network that knows one of its hosts by another address than the host itself does, and may change its mind.
struct address_translation {
  socket_address inside;
  socket_address outside;
};

/// A memory socket behind a NAT, which may have a second local address.
class moving_io {
 public:
  struct config : memory_io_config {
    std::shared_ptr<address_translation> nat{};
    /// What every send says while it is not `sent`.
    std::shared_ptr<send_status> refusal{};
  };
  static constexpr feature_set<io_feature> features = memory_io::features | io_feature::local_addresses;

  explicit moving_io(config const& settings) : settings_(settings), first_(settings) {}
  send_status send(outgoing const& batch) noexcept {
    if (settings_.refusal && *settings_.refusal != send_status::sent) return *settings_.refusal;
    auto sent = batch;
    if (!sent.path.local.known()) sent.path.local = first_.local_address();
    if (auto const* const nat = settings_.nat.get(); nat != nullptr && nat->inside != nat->outside) {
      if (sent.path.remote == nat->inside) return send_status::sent;  // a binding that is forgotten leads nowhere
      if (sent.path.remote == nat->outside) sent.path.remote = nat->inside;
      if (sent.path.local == nat->inside) sent.path.local = nat->outside;
    }
    return first_.send(sent);
  }
  [[nodiscard]] byte_span send_room() noexcept { return first_.send_room(); }
  std::span<arrival> receive() noexcept {
    auto const at_first = first_.receive();
    if (!second_) return at_first;
    arrived_.assign(at_first.begin(), at_first.end());
    auto const at_second = second_->receive();
    arrived_.insert(arrived_.end(), at_second.begin(), at_second.end());
    return arrived_;
  }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return first_.local_address(); }
  socket_address open_local(socket_address const& local) {
    auto settings = settings_;
    settings.bind = local;
    second_.emplace(settings);
    return local;
  }
  void close_local(socket_address const&) noexcept { second_.reset(); }

 private:
  config settings_;
  memory_io first_;
  std::optional<memory_io> second_;
  std::vector<arrival> arrived_;
};

/// The I/O policy of a test whose own allocations do not count.
class spared_io {
 public:
  using inner_type = faulty_io<moving_io>;
  using config = inner_type::config;
  static constexpr feature_set<io_feature> features = inner_type::features;

  explicit spared_io(config const& settings) : inner_(settings) {}
  send_status send(outgoing const& batch) noexcept {
    spared const here;
    return inner_.send(batch);
  }
  [[nodiscard]] byte_span send_room() noexcept { return inner_.send_room(); }
  std::span<arrival> receive() noexcept {
    spared const here;
    return inner_.receive();
  }
  void wait(duration) noexcept {}
  [[nodiscard]] socket_address local_address() const noexcept { return inner_.local_address(); }
  socket_address open_local(socket_address const& local) {
    spared const here;
    return inner_.open_local(local);
  }
  void close_local(socket_address const& local) noexcept {
    spared const here;
    inner_.close_local(local);
  }
  [[nodiscard]] std::uint64_t sends() const noexcept { return inner_.sends(); }
  [[nodiscard]] std::uint64_t arrivals() const noexcept { return inner_.arrivals(); }

 private:
  inner_type inner_;
};

struct ends_options {
  transport_settings client{};
  transport_settings server{};
  bool require_retry = false;
  std::size_t hello_padding = 0;
  bool sessions = false;  ///< the server gives a ticket, and takes early data with it
  std::vector<io_fault_at> client_faults{};
  std::vector<io_fault_at> server_faults{};
  std::vector<io_fault_at> client_arrivals{};
  std::vector<io_fault_at> server_arrivals{};
};

/// The sessions of a server that takes early data, each ticket once.
inline session_settings sessions_with_early_data() {
  session_settings made;
  made.tickets = 1;
  made.secrets = {session_secret{1}};
  made.early_data = true;
  made.replay = guard_with(std::make_shared<strike_register>(hash_key{1, 2}, wall_time{}, 100));
  return made;
}

struct fault_stack : test_stack {
  using io = spared_io;

  static std::shared_ptr<null_handshake::config const> crypto_of(ends_options const& options, role side) {
    auto made = std::make_shared<null_handshake::config>();
    made->alpn = {"test"};
    if (side == role::client) made->hello_padding = options.hello_padding;
    if (side == role::server && options.sessions) made->sessions = make_null_sessions(sessions_with_early_data());
    return made;
  }
  /// Whether a failure of its own makes an end say this.
  static bool may_end_with(std::uint64_t code) {
    return code == static_cast<std::uint64_t>(error_code::internal_error);
  }
};

/// An application that reads what comes and knows what has become of its newest connection.
template <class Stack>
struct application_of {
  using connection_type = connection<Stack>;
  static constexpr bool takes_early_data = true;

  connection_type* current = nullptr;
  bool confirmed = false;
  std::uint64_t received = 0;
  std::uint64_t ends = 0;    ///< of streams, reached or reset
  std::uint64_t closes = 0;  ///< of connections
  std::uint64_t blames = 0;  ///< closes with an error that memory does not explain, at either end
  instant now;

  void on_event(connection_type& from, connection_event const& event) {
    using kind = connection_event::kind;
    if (event.what == kind::closed) {
      ++closes;
      auto const& why = from.close_reason();
      bool const told = why && (why->origin == event::close_origin::local || why->origin == event::close_origin::peer);
      if (told && !why->application && !Stack::may_end_with(why->code)) ++blames;
      if (current == &from) current = nullptr;
      return;
    }
    current = &from;
    if (event.what == kind::confirmed) confirmed = true;
    if (event.what == kind::stream_reset) ++ends;
    if (event.what != kind::stream_readable) return;
    std::array<std::uint8_t, 1024> room;
    for (;;) {
      auto const got = from.read(event.id, room, now);
      if (!got) return;
      received += got->size;
      if (got->fin) ++ends;
      if (got->fin || got->size == 0) return;
    }
  }
};

/// `Stack::crypto_of(options, role)` makes the configuration of the handshake; `Stack::may_end_with` as above.
template <class Stack>
class two_ends_of {
  using end_type = endpoint<Stack>;

 public:
  using application = application_of<Stack>;

  explicit two_ends_of(ends_options chosen) : options_(std::move(chosen)) {
    client_end_.emplace(config_of(role::client), manual_clock{now_}, seeded_entropy{3});
    restart_server();
  }

  void restart_server() {
    server_end_.reset();
    server = {};
    server_end_.emplace(config_of(role::server), manual_clock{now_}, seeded_entropy{4});
  }

  /// Starts a connection; false when there was no memory for it.
  bool connect(connect_options const& how = {}) {
    under_test const here;
    client.confirmed = server.confirmed = false;
    try {
      client.current = &client_end_->connect(server_address, "server.test", how);
      return true;
    } catch (std::bad_alloc const&) {
      client.current = nullptr;
      return false;
    }
  }

  /// The network gives the client another port, or another address.
  void rebind(socket_address const& seen_as) { nat_->outside = seen_as; }
  /// From now on every send of a side says this; `sent` ends it.
  void refuse_sends(role side, send_status status) { *refusals_[index_of(side)] = status; }
  /// A second address of the client's own.
  socket_address open_local(socket_address const& local) {
    under_test const here;
    return client_end_->open_local(local);
  }

  /// Calls `verb(connection)` for the newest connection of a side; what it returns, or nothing without a connection.
  template <class Verb>
  auto with(application& side, Verb verb) -> std::optional<decltype(verb(*side.current))> {
    if (side.current == nullptr) return std::nullopt;
    under_test const here;
    auto outcome = verb(*side.current);
    (&side == &client ? *client_end_ : *server_end_).touch(*side.current);
    return outcome;
  }

  /// One turn of both ends, and a millisecond; more when nothing is to be done before.
  void step() {
    auto const sent = client_end_->io().sends() + server_end_->io().sends();
    {
      under_test const here;
      serve(*client_end_, client);
      serve(*server_end_, server);
    }
    for (auto const side : {role::client, role::server})
      if (*refusals_[index_of(side)] == send_status::would_block)
        spun = spun || (side == role::client ? *client_end_ : *server_end_).deadline() <= now_;
    auto next = now_ + 1ms;
    if (sent == client_end_->io().sends() + server_end_->io().sends())
      next = std::max(next, std::min({client_end_->deadline(), server_end_->deadline(), now_ + 1s}));
    now_ = next;
  }

  template <class Reached>
  bool run_until(Reached reached, duration patience = 120s) {
    for (auto const until = now_ + patience; now_ < until && !reached();) step();
    return reached();
  }

  void pass(duration time) {
    for (auto const until = now_ + time; now_ < until;) step();
  }

  /// Both ends have confirmed the handshake.
  bool establish() {
    if (!connect()) return false;
    run_until([&] { return (client.confirmed && server.confirmed) || client.current == nullptr; });
    return client.confirmed && server.confirmed && client.current != nullptr && server.current != nullptr &&
           client.current->version() == tested_version();
  }

  /// Writes `size` bytes and the end on a new stream, with slices or copies, and waits until all has arrived.
  bool transfer(application& from, application& to, std::uint64_t size, bool copies) {
    static std::array<std::uint8_t, 4096> const bytes{};
    auto const id = with(from, [](auto& c) { return c.open(stream_direction::unidirectional); });
    if (!id || !*id) return false;
    auto const target = to.received + size;
    auto const ends = to.ends + 1;
    for (std::uint64_t written = 0; written < size;) {
      auto const more = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), size - written));
      auto const view = byte_view{bytes}.first(more);
      auto const took = with(from, [&](auto& c) -> stream_result<std::size_t> {
        if (copies) return c.write(**id, view);
        if (auto const all = c.write(**id, send_slice{view, nullptr}); !all) return unexpected{all.error()};
        return more;
      });
      if (!took || !*took) return false;
      written += **took;
      if (**took < more) step();
    }
    auto const finished = with(from, [&](auto& c) { return c.finish(**id); });
    if (!finished || !*finished) return false;
    return run_until([&] { return to.received >= target && to.ends >= ends; });
  }

  /// Ends everything and lets it go away.
  void finish() {
    for (auto* const side : {&client, &server})
      static_cast<void>(with(*side, [&](auto& c) { return c.close(0, "", now_), true; }));
    run_until([&] { return connections() == 0; }, 400s);
  }

  [[nodiscard]] std::size_t connections() const {
    return client_end_->connection_count() + server_end_->connection_count();
  }
  [[nodiscard]] std::uint64_t sends(role side) {
    return (side == role::client ? *client_end_ : *server_end_).io().sends();
  }
  /// Counted only where arrivals may fail.
  [[nodiscard]] std::uint64_t arrivals(role side) {
    return (side == role::client ? *client_end_ : *server_end_).io().arrivals();
  }
  [[nodiscard]] instant now() const { return now_; }

  application client;
  application server;
  bool escaped = false;  ///< an endpoint's turn threw
  bool spun = false;     ///< an endpoint wanted another turn at once while the network took nothing

 private:
  static constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
  static constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

  typename end_type::config config_of(role side) {
    bool const is_client = side == role::client;
    typename end_type::config made;
    made.io.bind = is_client ? client_address : server_address;
    made.io.link = link_;
    made.io.send_faults = is_client ? options_.client_faults : options_.server_faults;
    made.io.receive_faults = is_client ? options_.client_arrivals : options_.server_arrivals;
    made.io.nat = nat_;
    made.io.refusal = refusals_[index_of(side)];
    made.crypto = Stack::crypto_of(options_, side);
    made.transport = is_client ? options_.client : options_.server;
    if (tested_version() == version::v2 && made.transport.versions == transport_settings{}.versions)
      made.transport.versions = {version::v2};
    made.accept = !is_client;
    made.require_retry = !is_client && options_.require_retry;
    made.secret.fill(9);
    return made;
  }

  void serve(end_type& end, application& side) {
    end.clock().set(now_);
    side.now = now_;
    try {
      end.service(side);
    } catch (std::bad_alloc const&) {
      escaped = true;
    }
  }

  ends_options options_;
  instant now_{100s};
  std::shared_ptr<memory_link> link_ = std::make_shared<memory_link>();
  std::array<std::shared_ptr<send_status>, 2> refusals_{std::make_shared<send_status>(send_status::sent),
                                                        std::make_shared<send_status>(send_status::sent)};
  std::shared_ptr<address_translation> nat_ =
      std::make_shared<address_translation>(address_translation{client_address, client_address});
  std::optional<end_type> client_end_;
  std::optional<end_type> server_end_;
};

using application = application_of<fault_stack>;
using two_ends = two_ends_of<fault_stack>;

}  // namespace quoin::testing
