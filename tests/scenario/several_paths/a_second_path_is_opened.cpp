// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("a client opens a second path and both ends may use it", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  auto const here = both.facts(role::client, 1);
  auto const there = both.facts(role::server, 1);
  CHECK(here.addresses.local == both.other_address());
  CHECK(there.addresses.remote == both.other_address());
  CHECK(both.lab.count(role::client, connection_event::kind::path_opened) == 1);
  CHECK(both.lab.count(role::server, connection_event::kind::path_opened) == 1);
  CHECK(both.paths(role::client).paths().size() == 2);
  CHECK(both.transfer(role::client, 300'000));
  CHECK(both.transfer(role::server, 300'000));
  both.lab.advance(1s);
  CHECK_FALSE(both.lab.client().closing());
  CHECK_FALSE(both.lab.server().closing());
}

TEST_CASE("two paths together carry more than either", "[scenario][multipath]") {
  two_paths_options options;
  for (auto* const link : {&options.first, &options.second}) {
    link->bottleneck.bits_per_second = 10'000'000;
    link->bottleneck.queue_bytes = 60'000;
  }
  options.tap = false;
  constexpr std::size_t size = 4'000'000;
  two_paths<> both{options};
  REQUIRE(both.open_second());
  auto const took = both.transfer(role::client, size);
  REQUIRE(took);
  auto const bits_a_second = 8.0 * size / std::chrono::duration<double>(*took).count();
  INFO("goodput " << bits_a_second);
  // One link alone cannot do more than its rate.
  CHECK(bits_a_second > 15e6);
}
