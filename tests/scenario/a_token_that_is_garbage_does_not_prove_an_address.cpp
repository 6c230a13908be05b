// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a token that is garbage does not prove an address", "[scenario][rfc9000]") {
  world w{{.require_retry = true}};
  w.uplink().on_each([](sim::datagram& d, std::uint64_t) -> sim::verdict {
    // The token's length stands behind first byte, version, two connection IDs of 8 bytes.
    if (begins_with(d, packet_kind::initial) && d.bytes.size() > 60 && d.bytes[23] != 0) d.bytes[40] ^= 0xff;
    return {};
  });
  w.connect();
  w.advance(2s);
  CHECK(w.alive(role::server) == 0);
  CHECK(w.client().retried());
}
