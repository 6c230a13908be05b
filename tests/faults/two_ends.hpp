// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's endpoint over a network whose calls fail as a test says. Everything of the library is run
/// under `under_test`; the applications at both ends ask for no memory.
#pragma once

#include "../tested_version.hpp"
#include "ends_options.hpp"
#include "failing_new.hpp"
#include "memory_network.hpp"

#include <quoin/crypto/session/strike_register.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

#include <array>
#include <optional>

namespace quoin::testing {

using namespace std::chrono_literals;

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
  using network = memory_network;

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

/// `Stack::network` joins the two, `Stack::crypto_of(options, role)` makes the configuration of the handshake;
/// `Stack::may_end_with` as above.
template <class Stack>
class two_ends_of {
  using end_type = endpoint<Stack>;

 public:
  using application = application_of<Stack>;

  explicit two_ends_of(ends_options chosen) : options_(std::move(chosen)), network_(options_) {
    network_.enter(role::client);
    client_end_.emplace(config_of(role::client), manual_clock{now_}, seeded_entropy{3});
    restart_server();
  }

  void restart_server() {
    network_.enter(role::server);
    server_end_.reset();
    server = {};
    server_end_.emplace(config_of(role::server), manual_clock{now_}, seeded_entropy{4});
  }

  /// Whether both are there: one whose socket could not be opened is not.
  [[nodiscard]] bool complete() const { return client_end_ && server_end_; }

  /// Starts a connection; false when there was no memory for it.
  bool connect(connect_options const& how = {}) {
    network_.enter(role::client);
    under_test const here;
    client.confirmed = server.confirmed = false;
    try {
      client.current = &client_end_->connect(address_of_end(role::server), "server.test", how);
      return true;
    } catch (std::bad_alloc const&) {
      client.current = nullptr;
      return false;
    }
  }

  /// The network gives the client another port, or another address.
  void rebind(socket_address const& seen_as) { network_.rebind(seen_as); }
  /// From now on every send of a side says this; `sent` ends it.
  void refuse_sends(role side, send_status status) { network_.refuse_sends(side, status); }
  typename Stack::network& network() { return network_; }
  /// A second address of the client's own.
  socket_address open_local(socket_address const& local) {
    network_.enter(role::client);
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
      network_.enter(role::client);
      serve(*client_end_, client);
      network_.enter(role::server);
      serve(*server_end_, server);
    }
    for (auto const side : {role::client, role::server})
      if (network_.blocks(side)) spun = spun || (side == role::client ? *client_end_ : *server_end_).deadline() <= now_;
    // Each of several sockets may have to be asked before it is known that it cannot be.
    for (auto const side : {role::client, role::server}) {
      auto& turns = vain_turns_[index_of(side)];
      turns = network_.spins(side) ? turns + 1 : 0;
      spun = spun || turns > 3;
    }
    auto next = now_ + 1ms;
    if (sent == client_end_->io().sends() + server_end_->io().sends() && !network_.holds_arrivals())
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
  bool spun = false;     ///< an endpoint wanted another turn at once while the network took or gave nothing

 private:
  typename end_type::config config_of(role side) {
    bool const is_client = side == role::client;
    typename end_type::config made;
    made.io = network_.config(side);
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
  std::array<int, 2> vain_turns_{};
  instant now_{100s};
  typename Stack::network network_;  // of which the endpoints hold parts
  std::optional<end_type> client_end_;
  std::optional<end_type> server_end_;
};

using application = application_of<fault_stack>;
using two_ends = two_ends_of<fault_stack>;

}  // namespace quoin::testing
