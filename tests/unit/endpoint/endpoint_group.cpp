// SPDX-License-Identifier: BSL-1.0
// Several endpoints on one port of the loopback interface, with real sockets and without cryptography.
#include <quoin/ambient/steady_clock.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/endpoint/endpoint_group.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <thread>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

struct shared_stack : test_stack {
  using io = udp;
  using clock = steady_clock;
  using entropy = system_entropy;
  using cid_format = quic_lb_plain<quic_lb_layout{1, 6}>;
};

using group = endpoint_group<shared_stack>;
using connection_type = connection<shared_stack>;

endpoint_config<shared_stack> settings(bool accept) {
  endpoint_config<shared_stack> config;
  config.io.bind = socket_address::v4(127, 0, 0, 1, 0);
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"test"};
  config.crypto = crypto;
  config.accept = accept;
  return config;
}

/// Sends back what arrives, and counts the connections that stand.
struct echo {
  static constexpr bool takes_stream_data = true;
  std::size_t confirmed = 0;

  void on_event(connection_type&, connection_event const& event) {
    if (event.what == connection_event::kind::confirmed) ++confirmed;
  }
  std::size_t on_stream_data(connection_type& from, stream_id id, byte_view bytes, bool fin) {
    static_cast<void>(from.write(id, bytes));
    if (fin) static_cast<void>(from.finish(id));
    return bytes.size();
  }
};

/// Sends a few bytes and waits for them.
struct asking {
  static constexpr bool takes_stream_data = true;
  std::size_t answered = 0;

  void on_event(connection_type& on, connection_event const& event) {
    if (event.what == connection_event::kind::confirmed) ask(on);
  }
  static void ask(connection_type& on) {
    auto const id = on.open(stream_direction::bidirectional);
    static_cast<void>(on.write(*id, as_bytes("echo")));
    static_cast<void>(on.finish(*id));
  }
  std::size_t on_stream_data(connection_type&, stream_id, byte_view bytes, bool fin) {
    if (fin) ++answered;
    return bytes.size();
  }
};

/// Drives everybody from this thread until `done`, or for ten seconds.
template <class Done>
void drive(group& servers, std::vector<echo>& handlers, endpoint<shared_stack>& client, asking& asked, Done done) {
  auto const until = client.now() + 10s;
  while (!done() && client.now() < until) {
    client.turn(asked, 1ms);
    for (std::size_t i = 0; i < servers.size(); ++i) servers[i].service(handlers[i]);
  }
}

/// One connection made by hand, with this address token. Says what became of it, and which token it was given.
struct outcome {
  bool confirmed = false;
  bool retried = false;
  std::vector<std::uint8_t> token;
};
outcome come_with(group& servers, std::vector<echo>& handlers, std::vector<std::uint8_t> token) {
  udp io{settings(false).io};
  steady_clock clock;
  connection_start<shared_stack> start;
  start.path = {io.local_address(), servers.local_address()};
  start.crypto = settings(false).crypto;
  start.server_name = "server.test";
  start.token = std::move(token);
  connection_type client{std::move(start), clock.now(), system_entropy{}};
  std::vector<std::uint8_t> room(65536);
  for (auto const until = clock.now() + 10s; !client.confirmed() && clock.now() < until;) {
    while (auto const out = client.transmit(room, clock.now())) static_cast<void>(io.send(*out));
    for (std::size_t i = 0; i < servers.size(); ++i) servers[i].service(handlers[i]);
    io.wait(1ms);
    for (auto const& each : io.receive()) client.receive(each, clock.now());
    if (clock.now() >= client.deadline()) client.expire(clock.now());
  }
  outcome told{client.confirmed(), client.retried(), client.take_token()};
  client.close(0, "", clock.now());
  while (auto const out = client.transmit(room, clock.now())) static_cast<void>(io.send(*out));
  return told;
}

/// A 1-RTT packet that nobody can open.
std::vector<std::uint8_t> unreadable_packet_to(connection_id const& id) {
  std::vector<std::uint8_t> packet{0x41};
  packet.insert(packet.end(), id.view().begin(), id.view().end());
  packet.resize(60, 0x99);
  return packet;
}

connection_id id_at(std::uint8_t number, std::uint8_t nonce) {
  shared_stack::cid_format const format{{0, {number}}};
  std::array<std::uint8_t, connection_id::max_size> randomness{};
  randomness[0] = nonce;
  return format.make(randomness);
}

}  // namespace

TEST_CASE("clients are spread over the endpoints of a group, and each stays where it is", "[endpoint][group]") {
  group servers{settings(true), 4};
  std::vector<echo> handlers(4);
  endpoint<shared_stack> client{settings(false)};
  asking asked;
  constexpr std::size_t count = 60;
  for (std::size_t i = 0; i < count; ++i) client.connect(servers.local_address(), "server.test");
  drive(servers, handlers, client, asked, [&] { return asked.answered == count; });

  REQUIRE(asked.answered == count);
  std::size_t connections = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(handlers[i].confirmed > 0);
    CHECK(servers[i].connection_count() == handlers[i].confirmed);
    connections += servers[i].connection_count();
    servers[i].for_each_connection([&](connection_type& each) {
      each.for_each_connection_id([&](connection_id const& id) { CHECK(id.view()[1] == i); });
    });
  }
  CHECK(connections == count);
}

TEST_CASE("a client that changes its port still reaches its own endpoint",
          "[endpoint][group][cve_class_reset_of_a_living_connection]") {
  group servers{settings(true), 4};
  std::vector<echo> handlers(4);
  endpoint<shared_stack> client{settings(false)};
  asking asked;
  client.connect(servers.local_address(), "server.test");
  drive(servers, handlers, client, asked, [&] { return asked.answered == 1; });
  REQUIRE(asked.answered == 1);

  std::size_t own = 0;
  while (handlers[own].confirmed == 0) ++own;
  std::set<std::vector<std::uint8_t>> ids;
  servers[own].for_each_connection([&](connection_type& each) {
    each.for_each_connection_id([&](connection_id const& id) { ids.insert({id.view().begin(), id.view().end()}); });
  });
  REQUIRE(ids.size() > 1);
  std::array<std::uint64_t, 4> before{};
  for (std::size_t i = 0; i < 4; ++i) before[i] = servers[i].io().statistics().datagrams_received;
  std::size_t sent = 0;
  for (int port = 0; port < 20; ++port) {
    udp elsewhere{{.bind = socket_address::v4(127, 0, 0, 1, 0)}};
    for (auto const& id : ids) {
      auto const packet = unreadable_packet_to(*connection_id::from(id));
      static_cast<void>(
          elsewhere.send({{elsewhere.local_address(), servers.local_address()}, packet, packet.size(), ecn::not_ect}));
      ++sent;
    }
  }
  for (int turn = 0; turn < 20; ++turn)  // each takes a bounded number
    for (std::size_t i = 0; i < 4; ++i) servers[i].service(handlers[i]);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(servers[i].io().statistics().datagrams_received - before[i] == (i == own ? sent : 0));
}

TEST_CASE("a connection that moves from port to port goes on at its own endpoint", "[endpoint][group]") {
  group servers{settings(true), 4};
  std::vector<echo> handlers(4);
  endpoint<shared_stack> client{settings(false)};
  asking asked;
  auto& moving = client.connect(servers.local_address(), "server.test");
  drive(servers, handlers, client, asked, [&] { return asked.answered == 1; });
  std::size_t own = 0;
  while (own < 3 && handlers[own].confirmed == 0) ++own;

  for (std::size_t move = 1; move <= 8; ++move) {
    auto const elsewhere = client.open_local(socket_address::v4(127, 0, 0, 1, 0));
    REQUIRE(moving.migrate(elsewhere, client.now()));
    asking::ask(moving);
    client.touch(moving);
    auto const is_there = [&] {
      bool found = false;
      servers[own].for_each_connection([&](connection_type& each) { found = each.path().remote == elsewhere; });
      return found && moving.path().local == elsewhere && asked.answered == 1 + move;
    };
    drive(servers, handlers, client, asked, is_there);
    REQUIRE(is_there());
    for (std::size_t i = 0; i < 4; ++i) CHECK(servers[i].connection_count() == (i == own ? 1 : 0));
  }
}

TEST_CASE("a reset of an endpoint of a group could be of any other", "[endpoint][group]") {
  auto config = settings(true);
  config.secret.fill(0x17);
  auto const reset_of = [&](std::size_t size, connection_id const& id) {
    group servers{config, size};
    udp stranger{{.bind = socket_address::v4(127, 0, 0, 1, 0)}};
    auto const packet = unreadable_packet_to(id);
    static_cast<void>(
        stranger.send({{stranger.local_address(), servers.local_address()}, packet, packet.size(), ecn::not_ect}));
    echo handler;
    for (std::size_t i = 0; i < size; ++i) servers[i].service(handler);
    auto const answers = stranger.receive();
    REQUIRE(answers.size() == 1);
    auto const token = answers[0].bytes.last(16);
    return std::vector<std::uint8_t>{token.begin(), token.end()};
  };
  // The group that gave the ID out is gone; whoever has the secret makes the token that went with it.
  CHECK(reset_of(3, id_at(1, 5)) == reset_of(2, id_at(1, 5)));
  CHECK(reset_of(3, id_at(1, 5)) != reset_of(3, id_at(2, 5)));
}

TEST_CASE("a token proves an address once to all endpoints of a group", "[endpoint][group][rfc9000]") {
  auto config = settings(true);
  config.max_unvalidated = 0;
  group servers{config, 4};
  std::vector<echo> handlers(4);
  auto const first = come_with(servers, handlers, {});
  REQUIRE(first.confirmed);
  CHECK(first.retried);
  REQUIRE_FALSE(first.token.empty());
  auto const second = come_with(servers, handlers, first.token);
  CHECK(second.confirmed);
  CHECK_FALSE(second.retried);
  // The IDs of a client are by chance, so that each of these comes to any of the endpoints.
  for (int i = 0; i < 16; ++i) {
    auto const again = come_with(servers, handlers, first.token);
    CHECK(again.confirmed);
    CHECK(again.retried);
  }
}

TEST_CASE("every endpoint of a group runs on a thread of its own until all are stopped", "[endpoint][group]") {
  group servers{settings(true), 3};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < servers.size(); ++i) threads.emplace_back([&servers, i] { servers[i].run(echo{}); });
  endpoint<shared_stack> client{settings(false)};
  asking asked;
  for (int i = 0; i < 12; ++i) client.connect(servers.local_address(), "server.test");
  auto const until = client.now() + 10s;
  while (asked.answered < 12 && client.now() < until) client.turn(asked, 10ms);
  CHECK(asked.answered == 12);
  servers.stop();
}

TEST_CASE("a group of one shares its port with nobody, nor does a founder join strangers", "[endpoint][group]") {
  group const alone{settings(true), 1};
  auto same = settings(true);
  same.io.bind = alone.local_address();
  CHECK_THROWS_AS((group{same, 1}), std::system_error);
  CHECK_THROWS_AS((group{same, 2}), std::system_error);
  group const several{settings(true), 2};
  same.io.bind = several.local_address();
  CHECK_THROWS_AS((group{same, 2}), std::system_error);
}

TEST_CASE("a group has at least one endpoint and not more than its IDs can name", "[endpoint][group]") {
  CHECK_THROWS_AS((group{settings(true), 0}), std::invalid_argument);
  CHECK_THROWS_AS((group{settings(true), 257}), std::invalid_argument);
}
