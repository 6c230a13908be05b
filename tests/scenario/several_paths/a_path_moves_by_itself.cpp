// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("a server follows a path that its client moves, whichever path is quicker", "[scenario][multipath]") {
  two_paths_options options;
  options.second.delay = 2ms;
  options.client.discover_mtu = false;  // or what looks for it shows the server where the client is
  two_paths<> both{options};
  REQUIRE(both.open_second());
  both.lab.advance(1s);
  REQUIRE(both.transfer(role::client, 100'000));
  auto const third = socket_address::v4(10, 0, 0, 1, 5055);
  both.lab.client_endpoint().io().open_local(third);
  auto& client = both.lab.client();
  REQUIRE(client.path().local == both.lab.client_address());
  REQUIRE(client.probe(third, both.lab.now()));
  both.lab.advance(5s);
  REQUIRE(client.migrate(third, both.lab.now()));
  both.lab.serve();
  CHECK(both.lab.run_until([&] { return both.facts(role::server, 0).addresses.remote == third; }, 100ms));
  CHECK(both.facts(role::client, 0).addresses.local == third);
}

TEST_CASE("what is under way to an address that may not be answered leaves on another path", "[scenario][multipath]") {
  two_paths_options options;
  options.tap = false;
  for (auto* const link : {&options.first, &options.second}) link->bottleneck.bits_per_second = 20'000'000;
  two_paths<path_schedule::round_robin> both{options};
  REQUIRE(both.open_second());
  both.begin(role::server, 400'000);
  both.lab.advance(40ms);
  // The server hears one small packet from a new address of the second path, and nothing else from there.
  both.lab.network().rebind(both.other_address(), socket_address::v4(203, 0, 113, 5, 4242));
  both.second_uplink().on_each([sent = 0](sim::datagram& d, std::uint64_t) mutable -> sim::verdict {
    return {.drop = d.bytes.size() > 100 || ++sent > 1};
  });
  for (int i = 0; i < 4; ++i) {
    both.lab.client().ping();
    both.lab.advance(1ms);
  }
  auto const begun = both.lab.now();
  REQUIRE(both.lab.run_until([&] { return both.complete(role::server); }, 60s));
  CHECK(both.lab.now() - begun < 1s);
}
