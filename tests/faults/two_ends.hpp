// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's endpoint over a memory link whose calls fail as a test says. Everything of the library is
/// run under `under_test`; the applications at both ends ask for no memory.
#pragma once

#include "failing_new.hpp"

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/io/faulty_io.hpp>
#include <quoin/stacks/test.hpp>

#include <array>
#include <optional>

namespace quoin::testing {

using namespace std::chrono_literals;

/// The I/O policy of a test whose own allocations do not count.
class spared_io {
 public:
  using inner_type = faulty_io<memory_io>;
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
  [[nodiscard]] std::uint64_t sends() const noexcept { return inner_.sends(); }

 private:
  inner_type inner_;
};

struct fault_stack : test_stack {
  using io = spared_io;
};

using end_type = endpoint<fault_stack>;
using connection_type = connection<fault_stack>;

/// An application that reads what comes and knows what has become of its newest connection.
struct application {
  connection_type* current = nullptr;
  bool confirmed = false;
  std::uint64_t received = 0;
  std::uint64_t ends = 0;    ///< of streams, reached or reset
  std::uint64_t closes = 0;  ///< of connections
  std::uint64_t blames = 0;  ///< closes with an error other than INTERNAL_ERROR, at either end
  instant now;

  void on_event(connection_type& from, connection_event const& event) {
    using kind = connection_event::kind;
    if (event.what == kind::closed) {
      ++closes;
      auto const& why = from.close_reason();
      bool const told = why && (why->origin == event::close_origin::local || why->origin == event::close_origin::peer);
      if (told && !why->application && why->code != static_cast<std::uint64_t>(error_code::internal_error)) ++blames;
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

struct ends_options {
  transport_settings client{};
  transport_settings server{};
  bool require_retry = false;
  std::size_t hello_padding = 0;
  std::vector<io_fault_at> client_faults{};
  std::vector<io_fault_at> server_faults{};
};

class two_ends {
 public:
  explicit two_ends(ends_options chosen) : options_(std::move(chosen)) {
    client_end_.emplace(config_of(role::client), manual_clock{now_}, seeded_entropy{3});
    restart_server();
  }

  void restart_server() {
    server_end_.reset();
    server = {};
    server_end_.emplace(config_of(role::server), manual_clock{now_}, seeded_entropy{4});
  }

  /// Starts a connection; false when there was no memory for it.
  bool connect() {
    under_test const here;
    client.confirmed = server.confirmed = false;
    try {
      client.current = &client_end_->connect(server_address, "server.test");
      return true;
    } catch (std::bad_alloc const&) {
      client.current = nullptr;
      return false;
    }
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
    return client.confirmed && server.confirmed && client.current != nullptr && server.current != nullptr;
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
    pass(400s);
  }

  [[nodiscard]] std::size_t connections() const {
    return client_end_->connection_count() + server_end_->connection_count();
  }
  [[nodiscard]] std::uint64_t sends(role side) {
    return (side == role::client ? *client_end_ : *server_end_).io().sends();
  }
  [[nodiscard]] instant now() const { return now_; }

  application client;
  application server;
  bool escaped = false;  ///< an endpoint's turn threw

 private:
  static constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
  static constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

  end_type::config config_of(role side) {
    bool const is_client = side == role::client;
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    if (is_client) crypto->hello_padding = options_.hello_padding;
    end_type::config made;
    made.io.bind = is_client ? client_address : server_address;
    made.io.link = link_;
    made.io.send_faults = is_client ? options_.client_faults : options_.server_faults;
    made.crypto = std::move(crypto);
    made.transport = is_client ? options_.client : options_.server;
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
  std::optional<end_type> client_end_;
  std::optional<end_type> server_end_;
};

}  // namespace quoin::testing
