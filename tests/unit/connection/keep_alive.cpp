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
