// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace quoin;
using namespace quoin::testing;

TEST_CASE("an endpoint that the network takes nothing from waits instead of spinning", "[endpoint]") {
  server server{[](auto& config) { config.io.capacity = 64 * 1024; }};
  std::vector<std::unique_ptr<connection_type>> clients;
  for (std::uint16_t port = 1; port <= 60; ++port) {
    clients.push_back(server.client(port));
    auto const datagram = collect(*clients.back(), server.now).at(0);
    server.endpoint.io().deliver({server_address, clients.back()->path().local}, datagram.bytes, 0, datagram.mark);
    server.endpoint.service(server.handler);
  }
  // Answers to all of them do not fit; the acknowledgements in them are due at once.
  CHECK(server.endpoint.deadline() > server.now);
  REQUIRE(server.endpoint.deadline() < server.now + std::chrono::seconds{1});

  // When there is room again, everything leaves.
  std::size_t sent = 0;
  for (int turn = 0; turn < 10; ++turn) sent += server.serve().size();
  CHECK(sent >= clients.size());
}

TEST_CASE("connections may be started while all are visited", "[endpoint]") {
  server server;
  for (std::uint16_t port = 1; port <= 4; ++port) server.endpoint.connect(client_address, "server.test");
  std::size_t visits = 0;
  server.endpoint.for_each_connection([&](connection_type&) {
    if (++visits <= 4)
      for (int i = 0; i < 20; ++i) server.endpoint.connect(client_address, "server.test");
  });
  CHECK(visits == 4 + 80);
}

TEST_CASE("a handler that throws costs no other connection its turn", "[endpoint]") {
  struct thrower {
    bool throws = true;
    std::size_t connected = 0;
    void on_event(connection_type&, connection_event const& event) {
      if (std::exchange(throws, false)) throw std::runtime_error{"the application's own"};
      connected += event.what == connection_event::kind::connected ? 1 : 0;
    }
  };
  server server;
  std::vector<std::unique_ptr<connection_type>> clients;
  for (std::uint16_t port = 1; port <= 3; ++port) {
    clients.push_back(server.client(port));
    auto const from = clients.back()->path().local;
    for (auto& back : server.answer(collect(*clients.back(), server.now).at(0), from))
      deliver(*clients.back(), back, server.now);
  }
  for (auto const& client : clients)
    for (auto const& finished : collect(*client, server.now))
      server.endpoint.io().deliver({server_address, client->path().local}, finished.bytes);
  thrower handler;
  CHECK_THROWS_AS(server.endpoint.service(handler), std::runtime_error);
  server.endpoint.service(handler);
  CHECK(handler.connected == 2);  // the first one's word was lost with the throw
  CHECK(server.serve().size() >= 3);
}

namespace {

/// Cannot be asked for arrivals as long as there is an error.
struct deaf_io : memory_io {
  using memory_io::memory_io;
  static constexpr feature_set<io_feature> features = memory_io::features | io_feature::receive_errors;

  std::span<arrival> receive() noexcept {
    ++asked;
    return error ? std::span<arrival>{} : memory_io::receive();
  }
  [[nodiscard]] std::error_code receive_error() const noexcept { return error; }

  int asked = 0;
  std::error_code error;
};

struct deaf_stack : test_stack {
  using io = deaf_io;
};

struct told_of_errors {
  std::vector<std::error_code> told;
  void on_event(connection<deaf_stack>&, connection_event const&) {}
  void on_receive_error(std::error_code why) { told.push_back(why); }
};

}  // namespace

TEST_CASE("an endpoint whose network cannot be asked says why once and asks again after pauses", "[endpoint]") {
  instant now{std::chrono::seconds{1}};
  endpoint_config<deaf_stack> settings;
  settings.io.bind = server_address;
  settings.crypto = handshake_config();
  endpoint<deaf_stack> hears{settings, manual_clock{now}, seeded_entropy{7}};
  told_of_errors handler;
  auto const out_of_memory = std::make_error_code(std::errc::not_enough_memory);
  auto const broken = std::make_error_code(std::errc::io_error);

  hears.service(handler);
  CHECK(hears.deadline() == never);
  hears.io().error = out_of_memory;
  hears.service(handler);
  CHECK(handler.told == std::vector{out_of_memory});

  // As a loop would that has nothing else to do: its turns in ten seconds are counted.
  hears.io().asked = 0;
  for (auto const end = now + std::chrono::seconds{10}; hears.deadline() < end;) {
    REQUIRE(hears.deadline() > now);
    now = hears.deadline();
    hears.clock().set(now);
    hears.service(handler);
  }
  CHECK(hears.io().asked > 90);
  CHECK(hears.io().asked < 120);
  CHECK(handler.told.size() == 1);

  hears.io().error = broken;
  now = hears.deadline();
  hears.clock().set(now);
  hears.service(handler);
  CHECK(handler.told == std::vector{out_of_memory, broken});

  // Once it can be asked again, that is over; the next error is news, and its pause is short.
  hears.io().error = {};
  hears.service(handler);
  CHECK(hears.deadline() == never);
  hears.io().error = broken;
  hears.service(handler);
  CHECK(handler.told == std::vector{out_of_memory, broken, broken});
  CHECK(hears.deadline() == now + std::chrono::milliseconds{1});
}

namespace {

/// Says of itself that it is drained, or not, and counts how often it is asked for arrivals.
struct counting_io : memory_io {
  using memory_io::memory_io;
  static constexpr feature_set<io_feature> features = memory_io::features | io_feature::draining;

  std::span<arrival> receive() noexcept {
    ++asked;
    return memory_io::receive();
  }
  [[nodiscard]] bool drained() const noexcept { return says_drained; }

  int asked = 0;
  bool says_drained = true;
};

struct counting_stack : test_stack {
  using io = counting_io;
};

}  // namespace

TEST_CASE("a network that says it has nothing more is not asked again in the same turn", "[endpoint]") {
  endpoint_config<counting_stack> settings;
  settings.io.bind = server_address;
  settings.crypto = handshake_config();
  endpoint<counting_stack> asks{settings, manual_clock{instant{std::chrono::seconds{1}}}, seeded_entropy{7}};
  struct {
    void on_event(connection<counting_stack>&, connection_event const&) {}
  } handler;
  std::vector<std::uint8_t> noise(40, 1);

  asks.io().deliver({server_address, client_address}, noise);
  asks.service(handler);
  CHECK(asks.io().asked == 1);

  asks.io().says_drained = false;
  asks.io().deliver({server_address, client_address}, noise);
  asks.service(handler);
  CHECK(asks.io().asked == 1 + 2);
}
