// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("a path whose address a NAT changes stays the same path", "[scenario][multipath]") {
  for (std::uint32_t const path : {0U, 1U}) {
    two_paths<path_schedule::round_robin> both;
    REQUIRE(both.open_second());
    REQUIRE(both.transfer(role::client, 100'000));
    auto const inside = path == 0 ? both.lab.client_address() : both.other_address();
    auto const outside = socket_address::v4(203, 0, 113, 5, 4242);
    both.lab.network().rebind(inside, outside);
    REQUIRE(both.transfer(role::client, 200'000));
    REQUIRE(both.lab.run_until([&] { return both.facts(role::server, path).addresses.remote == outside; }, 5s));
    CHECK(both.facts(role::server, path).standing == path_standing::open);
    CHECK(both.paths(role::server).paths().size() == 2);
    CHECK(both.paths(role::client).paths().size() == 2);
    // The other path has nothing to do with it.
    auto const other = both.facts(role::server, 1 - path).addresses.remote;
    CHECK(other == (path == 0 ? both.other_address() : both.lab.client_address()));
    CHECK(both.transfer(role::server, 200'000));
    both.lab.advance(5s);
    CHECK_FALSE(both.lab.server().closing());
  }
}

TEST_CASE("a path to an address that does not answer goes back to the one before", "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  REQUIRE(both.open_second());
  // A copy of a packet comes from elsewhere first; who sent it gets three times as much at most, and no answer to us.
  auto const stranger = socket_address::v4(192, 0, 2, 99, 99);
  bool copied = false;
  both.second_uplink().on_each([&](sim::datagram& d, std::uint64_t) {
    if (!copied) {
      copied = true;
      auto copy = d;
      copy.path.local = stranger;
      both.lab.network().send(both.other_interface, copy);
      return sim::verdict{.later = 20ms};
    }
    return sim::verdict{};
  });
  REQUIRE(both.transfer(role::client, 50'000));
  REQUIRE(copied);
  REQUIRE(both.transfer(role::server, 50'000));
  both.lab.advance(10s);
  CHECK(both.facts(role::server, 1).standing == path_standing::open);
  CHECK(both.facts(role::server, 1).addresses.remote == both.other_address());
  CHECK_FALSE(both.lab.server().closing());
}

TEST_CASE("a backup carries what may not be said on a path whose new address is not proven", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).set_backup(0, true));
  both.lab.advance(100ms);
  // The server hears one small packet from a new address, and nothing else from there.
  both.lab.network().rebind(both.other_address(), socket_address::v4(203, 0, 113, 5, 4242));
  both.second_uplink().on_each(
      [sent = 0](sim::datagram&, std::uint64_t) mutable -> sim::verdict { return {.drop = ++sent > 1}; });
  both.lab.client().ping();
  both.lab.advance(15ms);
  REQUIRE(both.facts(role::server, 1).addresses.remote != both.other_address());
  auto const begun = both.lab.now();
  REQUIRE(both.transfer(role::server, 5'000));
  CHECK(both.lab.now() - begun < 100ms);
}

TEST_CASE("a stranger that uses the connection ID of an unused path opens nothing", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  // The client's first packet on the path is damaged on the way, and comes from elsewhere.
  both.second_uplink().settings.corruption = 1;
  REQUIRE(both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now()));
  both.lab.advance(500ms);
  CHECK(both.facts(role::server, 1).standing == path_standing::unused);
  CHECK_FALSE(both.lab.server().closing());
  both.second_uplink().settings.corruption = 0;
  CHECK(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::open; }, 5s));
}
