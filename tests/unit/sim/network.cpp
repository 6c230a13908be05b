// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/network.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

auto const client_address = socket_address::v4(10, 0, 0, 1, 5000);
auto const server_address = socket_address::v4(10, 0, 0, 2, 443);

/// Two hosts; what arrives is kept.
struct pair_of_hosts {
  explicit pair_of_hosts(sim::link_settings const& settings, std::uint64_t seed = 1) : net(seed) {
    net.join(client, server, settings);
    net.bind(client, client_address, [this](sim::datagram&& d) { at_client.push_back(std::move(d)); });
    net.bind(server, server_address, [this](sim::datagram&& d) { at_server.push_back(std::move(d)); });
  }
  void to_server(std::size_t size = 10) {
    net.send({{client_address, server_address}, std::vector<std::uint8_t>(size, 7), ecn::ect0});
  }
  void to_client(socket_address const& at = client_address) {
    net.send({{server_address, at}, std::vector<std::uint8_t>(20, 8), ecn::not_ect});
  }

  sim::network net;
  sim::host_id client = net.add_host("client");
  sim::host_id server = net.add_host("server");
  std::vector<sim::datagram> at_client;
  std::vector<sim::datagram> at_server;
};

}  // namespace

TEST_CASE("a datagram arrives after the delay and is seen from the receiver's side", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  p.to_server();
  CHECK(p.net.deadline() == instant{10ms});
  p.net.run_until(instant{10ms - 1ns});
  CHECK(p.at_server.empty());
  p.net.run_until(instant{10ms});
  REQUIRE(p.at_server.size() == 1);
  CHECK(p.at_server[0].path == network_path{server_address, client_address});
  CHECK(p.at_server[0].bytes == std::vector<std::uint8_t>(10, 7));
  CHECK(p.at_server[0].mark == ecn::ect0);
  CHECK(p.at_client.empty());
  CHECK(p.net.deadline() == never);
}

TEST_CASE("time stands still until it is moved, and never goes back", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  CHECK(p.net.now() == instant{});
  CHECK_FALSE(p.net.step());
  p.net.run_until(instant{5ms});
  p.to_server();
  CHECK(p.net.step());
  CHECK(p.net.now() == instant{15ms});
  p.net.run_until(instant{1ms});
  CHECK(p.net.now() == instant{15ms});
}

TEST_CASE("the two directions are two links", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  p.net.between(p.client, p.server).drop(1);
  p.net.connect(p.server, p.client, {.delay = 30ms});
  p.to_server();
  p.to_client();
  p.net.run_until(instant{1s});
  CHECK(p.at_server.empty());
  CHECK(p.at_client.size() == 1);
  CHECK(p.net.between(p.server, p.client).settings.delay == 30ms);
}

TEST_CASE("what nobody can receive is counted", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  p.to_client(socket_address::v4(10, 0, 0, 9, 1));
  CHECK(p.net.unroutable() == 1);
  p.to_server();
  p.net.unbind(server_address);  // while it is on its way
  p.net.run_until(instant{1s});
  CHECK(p.net.unroutable() == 2);
  p.net.unbind(client_address);
  p.to_server();
  CHECK(p.net.unroutable() == 3);
}

TEST_CASE("a NAT that forgets shows another address and loses what goes to the old one", "[sim]") {
  auto const outside = socket_address::v4(192, 0, 2, 1, 1024);
  pair_of_hosts p{{.delay = 10ms}};
  p.net.rebind(client_address, outside);
  p.to_server();
  p.to_client(client_address);
  p.to_client(outside);
  p.net.run_until(instant{1s});
  REQUIRE(p.at_server.size() == 1);
  CHECK(p.at_server[0].path.remote == outside);
  REQUIRE(p.at_client.size() == 1);
  CHECK(p.at_client[0].path == network_path{client_address, server_address});
  CHECK(p.net.unroutable() == 1);

  p.net.rebind(client_address, client_address);
  p.to_server();
  p.net.run_until(instant{2s});
  CHECK(p.at_server[1].path.remote == client_address);
}

TEST_CASE("an attacker may send with any source address", "[sim]") {
  pair_of_hosts p{{}};
  auto const mallory = p.net.add_host("mallory");
  p.net.join(mallory, p.server, {.delay = 1ms});
  p.net.send(mallory, {{client_address, server_address}, {1, 2, 3}, ecn::not_ect});
  p.net.run_until(instant{1s});
  REQUIRE(p.at_server.size() == 1);
  CHECK(p.at_server[0].path.remote == client_address);
}

TEST_CASE("actions happen at their instant, before what arrives then", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  std::vector<instant> seen;
  p.net.schedule(instant{10ms}, [&] {
    seen.push_back(p.net.now());
    CHECK(p.at_server.empty());
  });
  p.to_server();
  p.net.run_until(instant{20ms});
  p.net.schedule(instant{1ms}, [&] { seen.push_back(p.net.now()); });  // in the past: at once
  p.net.run_until(instant{20ms});
  CHECK(seen == std::vector<instant>{instant{10ms}, instant{20ms}});
  CHECK(p.at_server.size() == 1);
}

TEST_CASE("a receiver may answer and unbind itself while it is called", "[sim]") {
  pair_of_hosts p{{.delay = 10ms}};
  p.net.bind(p.server, server_address, [&](sim::datagram&& d) {
    p.net.unbind(server_address);
    p.net.send(p.server, {d.path, d.bytes, d.mark});
  });
  p.to_server();
  p.to_server();
  p.net.run_until(instant{1s});
  CHECK(p.at_client.size() == 1);
}

TEST_CASE("a run of a rough network gives the same trace byte for byte", "[sim]") {
  auto const run = [](std::uint64_t seed) {
    auto const text = std::make_shared<std::string>();
    pair_of_hosts p{{.delay = 10ms,
                     .jitter = 3ms,
                     .bottleneck = {.bits_per_second = 20'000'000, .queue_bytes = 9000},
                     .loss = {.probability = 0.02, .burst_probability = 0.01, .burst_length = 3},
                     .reordering = 0.05,
                     .reordering_delay = 4ms,
                     .duplication = 0.02,
                     .corruption = 0.02,
                     .ce_marking = 0.1},
                    seed};
    p.net.trace_to(text);
    for (int i = 0; i < 2000; ++i)
      p.net.schedule(instant{i * 200us}, [&p, i] {
        p.to_server(static_cast<std::size_t>(i % 1200));
        if (i % 3 == 0) p.to_client();
      });
    while (p.net.step()) {
    }
    return *text;
  };
  auto const first = run(7);
  CHECK(first == run(7));
  CHECK(first != run(8));
  CHECK(first.find(" delivered client server size") != first.npos);
  CHECK(first.find(" queue_full client server") != first.npos);
  CHECK(first.find(" lost server client") != first.npos);
  CHECK(first.find(" arrived server size") != first.npos);
}

TEST_CASE("a datagram goes over routers, link by link, and may be lost on each", "[sim]") {
  pair_of_hosts p{{.delay = 1ms}};
  auto const router = p.net.add_host("router");
  p.net.join(p.client, router, {.delay = 10ms});
  p.net.join(router, p.server, {.delay = 20ms});
  p.net.set_route(p.client, p.server, router);

  p.to_server();
  CHECK(p.net.count().under_way == 1);
  p.net.run_until(instant{29ms});
  CHECK(p.at_server.empty());
  p.net.run_until(instant{30ms});
  CHECK(p.at_server.size() == 1);
  // The way back is its own.
  p.to_client();
  p.net.run_until(instant{31ms});
  CHECK(p.at_client.size() == 1);

  p.net.between(router, p.server).settings.loss.probability = 1;
  p.to_server();
  p.net.run_until(instant{100ms});
  CHECK(p.at_server.size() == 1);
  CHECK(p.net.count().sent == 3);
  CHECK(p.net.count().lost == 1);
  CHECK(p.net.count().adds_up());
}
