// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

std::vector<connection_event> take_events(testing::connection_type& from) {
  std::vector<connection_event> events;
  while (auto const event = from.next_event()) events.push_back(*event);
  return events;
}

bool contains(std::vector<connection_event> const& events, connection_event::kind what) {
  return std::any_of(events.begin(), events.end(), [&](auto const& event) { return event.what == what; });
}

}  // namespace

TEST_CASE("a client and a server complete and confirm their handshake", "[connection][rfc9000]") {
  testing::pair ends;
  ends.settle();
  REQUIRE(ends.server);
  CHECK(ends.client.connected());
  CHECK(ends.server->connected());
  CHECK(ends.client.confirmed());
  CHECK(ends.server->confirmed());
  CHECK(ends.client.alpn() == "test");
  CHECK(contains(take_events(ends.client), connection_event::kind::connected));
}

TEST_CASE("the client's first datagram has at least 1200 bytes", "[connection][rfc9000][cve_class_request_forgery]") {
  testing::pair ends;
  auto const first = testing::collect(ends.client, ends.now);
  REQUIRE(first.size() == 1);
  CHECK(first[0].bytes.size() == 1200);
}

TEST_CASE("stream bytes arrive in order and with their end", "[connection][rfc9000]") {
  testing::pair ends;
  ends.settle();
  auto const id = ends.client.open(stream_direction::bidirectional);
  REQUIRE(id);
  std::vector<std::uint8_t> sent(100'000);
  std::iota(sent.begin(), sent.end(), std::uint8_t{0});
  REQUIRE(*ends.client.write(*id, sent) == sent.size());
  REQUIRE(ends.client.finish(*id));
  std::vector<std::uint8_t> got;
  bool fin = false;
  for (int turn = 0; turn < 200 && !fin; ++turn) {
    ends.settle();
    ends.now += 5ms;
    ends.client.expire(ends.now);
    ends.server->expire(ends.now);
    std::vector<std::uint8_t> room(4096);
    while (auto const outcome = ends.server->read(*id, room, ends.now)) {
      got.insert(got.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(outcome->size));
      fin = outcome->fin;
      if (fin || outcome->size == 0) break;
    }
  }
  CHECK(fin);
  CHECK(got == sent);
}

TEST_CASE("a server answers a repeated first flight with its own, four times before its timer",
          "[connection][rfc9002]") {
  testing::pair ends;
  for (auto& one : testing::collect(ends.client, ends.now)) {
    ends.accept(one);
    testing::deliver(*ends.server, one, ends.now);
  }
  REQUIRE_FALSE(testing::collect(*ends.server, ends.now).empty());  // and lost
  std::vector<bool> full_sized;
  while (full_sized.size() < 6) {
    ends.now = ends.client.deadline();
    ends.client.expire(ends.now);
    auto probes = testing::collect(ends.client, ends.now);
    REQUIRE(probes.size() == 2);
    for (auto& one : probes) {
      testing::deliver(*ends.server, one, ends.now);
      auto const answers = testing::collect(*ends.server, ends.now);
      REQUIRE_FALSE(answers.empty());
      // An Initial packet that wants an answer fills its datagram; a lone acknowledgement is short.
      full_sized.push_back(answers.front().bytes.size() >= 1200);
    }
  }
  CHECK(full_sized == std::vector<bool>{true, true, true, true, false, false});
}

TEST_CASE("a probe in the handshake says again what it acknowledges", "[connection][rfc9002]") {
  testing::pair ends;
  auto crypto = std::make_shared<null_handshake::config>(*testing::handshake_config());
  crypto->server_flight_padding = 5000;  // more than the server may send before the client's address is proven
  ends.server_crypto = crypto;
  for (auto& one : testing::collect(ends.client, ends.now)) {
    if (!ends.server) ends.accept(one);
    testing::deliver(*ends.server, one, ends.now);
  }
  for (auto& one : testing::collect(*ends.server, ends.now)) testing::deliver(ends.client, one, ends.now);
  REQUIRE_FALSE(testing::collect(ends.client, ends.now).empty());  // acknowledgements, and lost
  REQUIRE_FALSE(ends.client.connected());
  REQUIRE(ends.server->statistics().bytes_in_flight > 1200);

  // RFC 9002 6.2.2.1: the client has nothing in flight and probes all the same.
  ends.now = ends.client.deadline();
  ends.client.expire(ends.now);
  auto probes = testing::collect(ends.client, ends.now);
  REQUIRE_FALSE(probes.empty());
  testing::deliver(*ends.server, probes.front(), ends.now);
  CHECK(ends.server->statistics().bytes_in_flight == 0);
}

TEST_CASE("an application close reaches the peer with its code and reason", "[connection][rfc9000]") {
  testing::pair ends;
  ends.settle();
  ends.client.close(42, "done", ends.now);
  ends.settle();
  REQUIRE(ends.server->close_reason());
  CHECK(ends.server->close_reason()->application);
  CHECK(ends.server->close_reason()->code == 42);
  CHECK(ends.server->close_reason()->reason == "done");
  CHECK(ends.server->close_reason()->origin == event::close_origin::peer);
  ends.now += 10s;
  ends.client.expire(ends.now);
  ends.server->expire(ends.now);
  CHECK(ends.client.closed());
  CHECK(ends.server->closed());
}
