// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the quic bit is cleared at random once the peer lets us", "[scenario][rfc9287]") {
  world w;
  std::size_t cleared[2] = {0, 0};
  std::size_t all[2] = {0, 0};
  bool early = false;
  auto const count = [&](std::size_t side) {
    return [&, side](sim::datagram& d, std::uint64_t n) -> sim::verdict {
      bool const clear = (d.bytes[0] & 0x40) == 0;
      cleared[side] += clear ? 1 : 0;
      ++all[side];
      // A client knows nothing of its server before the first answer.
      if (side == 0 && n == 1) early = clear;
      return {};
    };
  };
  w.uplink().on_each(count(0));
  w.downlink().on_each(count(1));
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 500'000));
  REQUIRE(w.transfer(role::server, 500'000));
  CHECK_FALSE(early);
  for (std::size_t const side : {0U, 1U}) {
    CHECK(cleared[side] > all[side] / 4);
    CHECK(cleared[side] < all[side] * 3 / 4);
  }
}
