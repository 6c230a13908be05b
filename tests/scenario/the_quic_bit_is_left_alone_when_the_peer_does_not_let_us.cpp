// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the quic bit is left alone when the peer does not let us", "[scenario][rfc9287]") {
  transport_settings strict;
  strict.grease_quic_bit = false;
  for (auto const forbids : {role::server, role::client}) {
    world w{forbids == role::server ? world_options{.server = strict} : world_options{.client = strict}};
    std::size_t cleared = 0;
    std::size_t all = 0;
    auto& link = forbids == role::server ? w.uplink() : w.downlink();
    link.on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
      cleared += (d.bytes[0] & 0x40) == 0 ? 1 : 0;
      ++all;
      return {};
    });
    REQUIRE(w.establish());
    REQUIRE(w.transfer(peer_of(forbids), 100'000));
    CHECK(all > 60);
    CHECK(cleared == 0);
  }
}
