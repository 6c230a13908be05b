// SPDX-License-Identifier: BSL-1.0
#include "fake_port.hpp"
#include "perf_client.hpp"
#include "perf_server.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace tool;
using quoin::stream_id;

TEST_CASE("a perf request begins with eight bytes, most significant first", "[tool]") {
  constexpr auto bytes = perf::header_for(0x0102030405060708);
  STATIC_CHECK(bytes == std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 8});
  perf::header_reader reader;
  CHECK(reader.read(quoin::byte_view{bytes}.first(5)) == 5);
  CHECK_FALSE(reader.complete());
  std::vector<std::uint8_t> rest(bytes.begin() + 5, bytes.end());
  rest.push_back(99);
  CHECK(reader.read(rest) == 3);
  REQUIRE(reader.complete());
  CHECK(reader.answer_size() == 0x0102030405060708);
}

TEST_CASE("a perf server answers with as many bytes as were asked for, after the upload", "[tool]") {
  perf::server server;
  fake_port port;
  server.on_data(port, stream_id{0}, perf::header_for(1000), false);
  CHECK(port.streams.empty());
  server.on_data(port, stream_id{0}, std::vector<std::uint8_t>(500), true);
  CHECK(port.streams[0].written.size() == 1000);
  CHECK(port.streams[0].finished);
}

TEST_CASE("a perf server lends a huge answer piece by piece", "[tool]") {
  perf::server server;
  fake_port port;
  server.on_data(port, stream_id{0}, perf::header_for(~std::uint64_t{0}), true);
  auto const first = port.streams[0].written.size();
  CHECK(first <= 8u << 20);
  server.on_turn(port);
  CHECK(port.streams[0].written.size() == first);
  port.drain();
  server.on_turn(port);
  CHECK(port.streams[0].written.size() > first);
  CHECK_FALSE(port.streams[0].finished);
  server.on_stop_sending(port, stream_id{0}, 5);
  CHECK(port.streams[0].reset == 5);
}

TEST_CASE("a perf server answers one-way requests on one-way streams when it may", "[tool]") {
  perf::server server;
  fake_port port;
  port.self = quoin::role::server;
  port.allowed = 0;
  server.on_data(port, stream_id{2}, perf::header_for(10), true);
  CHECK(port.streams.empty());
  port.allowed = 1;
  server.on_streams_available(port);
  CHECK(port.streams[3].written.size() == 10);
  CHECK(port.streams[3].finished);
}

TEST_CASE("a perf server refuses a request that is too short", "[tool]") {
  perf::server server;
  fake_port port;
  server.on_data(port, stream_id{0}, std::vector<std::uint8_t>(7), true);
  CHECK(port.streams[0].reset);
}

TEST_CASE("a perf client counts only answers of the right size", "[tool]") {
  perf::client client{{3, 5, 2, false, false}};
  fake_port port;
  client.on_connected(port);
  REQUIRE(port.streams.size() == 2);
  CHECK(port.streams[0].written.size() == 8 + 5);
  CHECK(port.streams[0].finished);
  client.on_data(port, stream_id{0}, std::vector<std::uint8_t>(3), true);
  client.on_data(port, stream_id{4}, std::vector<std::uint8_t>(2), true);
  CHECK(client.done());
  CHECK(client.count().requests == 1);
  CHECK(client.count().broken == 1);
  CHECK(client.count().uploaded == 5);
}

TEST_CASE("a perf client that goes on asks again until it is stopped", "[tool]") {
  perf::client client{{1, 0, 1, false, true}};
  fake_port port;
  client.on_connected(port);
  client.on_data(port, stream_id{0}, std::vector<std::uint8_t>(1), true);
  CHECK(port.streams.size() == 2);
  CHECK_FALSE(client.done());
  client.stop();
  client.on_data(port, stream_id{4}, std::vector<std::uint8_t>(1), true);
  CHECK(port.streams.size() == 2);
  CHECK(client.done());
}

TEST_CASE("a handshake counter's client closes at the end of the turn in which it is connected", "[tool]") {
  perf::client client{{0, 0, 0, true, false}};
  fake_port port;
  client.on_turn(port);
  client.on_connected(port);
  CHECK(!port.closed);
  client.on_turn(port);
  CHECK(port.closed);
  CHECK(port.streams.empty());
}
