// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("the end is told on a proven path rather than to a new address", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  both.lab.advance(2s);
  // The server hears one small packet from a new address of the path in hand, and nothing else from there.
  auto& first = both.lab.uplink();
  both.lab.network().rebind(both.lab.client_address(), socket_address::v4(203, 0, 113, 5, 4242));
  first.on_each([sent = 0](sim::datagram&, std::uint64_t) mutable -> sim::verdict { return {.drop = ++sent > 1}; });
  std::size_t to_new = 0;
  both.lab.downlink().on_each([&](sim::datagram&, std::uint64_t) -> sim::verdict {
    ++to_new;
    return {};
  });
  both.lab.client().ping();
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 0).addresses.remote != both.lab.client_address(); },
                             1s));
  both.lab.server().close(7, "enough", both.lab.now());
  both.lab.serve();
  CHECK(both.lab.run_until([&] { return both.lab.client().closing(); }, 100ms));
  auto const& why = both.lab.client().close_reason();
  REQUIRE(why);
  CHECK(why->code == 7);
  CHECK(to_new <= 1);
}
