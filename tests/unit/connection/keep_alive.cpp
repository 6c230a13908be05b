// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("a peer that does not answer is asked once in each keep-alive time", "[connection][rfc9000]") {
  transport_settings settings;
  settings.keep_alive = 1s;
  testing::pair both{settings};
  both.settle();
  REQUIRE(both.client.confirmed());
  both.now += 100ms;
  both.client.expire(both.now);
  both.settle();

  // From now on nothing arrives; probes come on top of the PINGs.
  auto const end = both.now + 5s;
  std::size_t turns = 0;
  while (both.client.deadline() <= end) {
    REQUIRE(++turns < 100);
    both.now = std::max(both.now, both.client.deadline());
    both.client.expire(both.now);
    testing::collect(both.client, both.now);
  }
  CHECK(both.client.statistics().packets_sent < 40);
}

TEST_CASE("a PING that breaks a silence says again what was acknowledged", "[connection][rfc9000]") {
  transport_settings settings;
  settings.keep_alive = 1s;
  testing::pair both{settings};
  both.settle();
  auto const id = *both.server->open(stream_direction::bidirectional);
  std::vector<std::uint8_t> const some(100, 7);
  REQUIRE(both.server->write(id, some));
  for (auto& one : testing::collect(*both.server, both.now)) testing::deliver(both.client, one, both.now);
  both.now += 30ms;
  both.client.expire(both.now);
  REQUIRE_FALSE(testing::collect(both.client, both.now).empty());  // the acknowledgement, which is lost
  REQUIRE(both.server->statistics().bytes_in_flight > 0);

  both.now += 1s;
  both.client.expire(both.now);
  auto ping = testing::collect(both.client, both.now);
  REQUIRE(ping.size() == 1);
  testing::deliver(*both.server, ping.front(), both.now);
  CHECK(both.server->statistics().bytes_in_flight == 0);
}
