// SPDX-License-Identifier: BSL-1.0
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;
using kind = connection_event::kind;

TEST_CASE("a client and a server establish a connection in the lab", "[testing]") {
  lab<test_stack> lab{{.seed = 7, .one_way_delay = 10ms}};
  auto& client = lab.connect();
  CHECK_FALSE(client.connected());
  REQUIRE(lab.run_until([&] { return lab.client().confirmed(); }));
  CHECK(lab.client().connected());
  CHECK(lab.server().confirmed());
  CHECK(lab.client().alpn() == "lab");
  CHECK(lab.count(role::client, kind::connected) == 1);
  CHECK(lab.count(role::server, kind::connected) == 1);
  CHECK(lab.now() == instant{40ms});  // two round trips: hellos, then Finished and HANDSHAKE_DONE
}

TEST_CASE("stream bytes travel both ways in the lab", "[testing]") {
  lab<test_stack> lab{{.seed = 7}};
  REQUIRE(lab.establish());
  auto const id = lab.client().open(stream_direction::bidirectional);
  REQUIRE(id);
  std::string received;
  lab.on_event([&](role side, auto& connection, connection_event const& e) {
    if (e.what != kind::stream_readable) return;
    std::array<std::uint8_t, 100> room{};
    auto const got = connection.read(e.id, room, lab.now());
    REQUIRE(got);
    if (side == role::client) {
      received += as_text(byte_view{room}.first(got->size));
      return;
    }
    CHECK(connection.write(e.id, byte_view{room}.first(got->size)));
  });
  REQUIRE(lab.client().write(*id, as_bytes("echo")));
  CHECK(lab.run_until([&] { return received == "echo"; }));
}

TEST_CASE("the same seed gives the same trace byte for byte", "[testing]") {
  auto const run = [](std::uint64_t seed) {
    lab<test_stack> lab{{.seed = seed, .link = {.jitter = 2ms, .loss = {.probability = 0.1}}}};
    CHECK(lab.establish());
    auto const id = lab.client().open(stream_direction::bidirectional);
    CHECK(lab.client().write(*id, std::vector<std::uint8_t>(100'000, 7)));
    lab.advance(5s);
    return lab.trace();
  };
  auto const first = run(3);
  CHECK(first.size() > 10'000);
  CHECK(first == run(3));
  CHECK(first != run(4));
}

TEST_CASE("a trace shows both ends and the network between them", "[testing]") {
  lab<test_stack> lab;
  REQUIRE(lab.establish());
  auto const& trace = lab.trace();
  CHECK(trace.starts_with("client 0.000000 started client "));
  CHECK(trace.find("\nclient 0.000000 sent initial 0 size ") != trace.npos);
  CHECK(trace.find("\nnet 0.000000 delivered client server size 1200") != trace.npos);
  CHECK(trace.find("\nserver 10.000000 received initial 0 size ") != trace.npos);
}

TEST_CASE("time goes on by exactly what it is advanced by", "[testing]") {
  lab<test_stack> lab;
  lab.advance(3s);
  CHECK(lab.now() == instant{3s});
  REQUIRE(lab.establish());
  auto const before = lab.now();
  lab.advance(1234567ns);
  CHECK(lab.now() == before + 1234567ns);
}

TEST_CASE("settling lets everything arrive and waits for no timer", "[testing]") {
  lab<test_stack> lab;
  lab.uplink().drop(1);
  lab.connect();
  lab.settle();
  CHECK(lab.now() == instant{});  // nothing is under way but a timer
  CHECK(lab.server_endpoint().connection_count() == 0);
  CHECK(lab.client().deadline() > lab.now());
}

TEST_CASE("an idle connection ends on both sides after the idle timeout", "[testing][rfc9000]") {
  lab<test_stack> lab{{.client = {.idle_timeout = 5s}}};
  REQUIRE(lab.establish());
  lab.advance(20s);
  REQUIRE(lab.ended(role::client));
  REQUIRE(lab.ended(role::server));
  CHECK(lab.ended(role::client)->origin == event::close_origin::idle_timeout);
  CHECK(lab.client_endpoint().connection_count() == 0);
  CHECK(lab.server_endpoint().connection_count() == 0);
}

TEST_CASE("a close by the application is told to the peer with its reason", "[testing][rfc9000]") {
  lab<test_stack> lab;
  REQUIRE(lab.establish());
  lab.client().close(42, "enough", lab.now());
  REQUIRE(lab.run_until([&] { return lab.ended(role::server).has_value(); }));
  CHECK(lab.ended(role::server)->origin == event::close_origin::peer);
  CHECK(lab.ended(role::server)->application);
  CHECK(lab.ended(role::server)->code == 42);
  CHECK(lab.ended(role::server)->reason == "enough");
}
