// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an endpoint learns its address from its peer", "[scenario]") {
  world w{{.address_discovery = {.provide = true, .request = true}}};
  auto const told = static_cast<frame_type>(0x9f81a6);
  w.downlink().on_each([dropped = false](sim::datagram& d, std::uint64_t) mutable -> sim::verdict {
    // The null protection hides nothing: the first packet that says it is lost.
    constexpr std::uint8_t type[]{0x80, 0x9f, 0x81, 0xa6};
    if (dropped || std::search(d.bytes.begin(), d.bytes.end(), std::begin(type), std::end(type)) == d.bytes.end())
      return {};
    return {.drop = dropped = true};
  });
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::server, 100'000));
  CHECK(w.client().observed_address() == world::client_address());
  CHECK(w.server().observed_address() == world::server_address());
  CHECK(w.sent_with(role::server, told).size() == 2);
  CHECK(w.sent_with(role::client, told).size() == 1);
  CHECK(w.client().count(connection_event::kind::address_observed) == 1);
}
