// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the quic bit is left alone when the peer does not let us", "[scenario][rfc9287]") {
  transport_settings strict;
  strict.grease_quic_bit = false;
  world w{{.server = strict}};
  std::size_t cleared = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    cleared += (d.bytes[0] & 0x40) == 0 ? 1 : 0;
    return {};
  });
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 100'000));
  CHECK(cleared == 0);
}
