// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a short initial is not answered", "[scenario][rfc9000]") {
  world w;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) d.bytes.resize(1199);
    return {};
  });
  w.connect();
  w.advance(500ms);
  // RFC 9000 14.1
  CHECK(w.downlink().sent() == 0);
  CHECK(w.alive(role::server) == 0);
}
