// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a retry token is good for one address only", "[scenario][rfc9000]") {
  transport_settings quick;
  quick.handshake_timeout = 3s;
  world w{{.client = quick, .require_retry = true}};
  w.uplink().on_each([](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n > 1) d.path.local = socket_address::v4(10, 0, 0, 9, 7777);
    return {};
  });
  w.connect();
  w.advance(2s);
  CHECK(w.client().retried());
  CHECK(w.alive(role::server) == 0);
  CHECK_FALSE(w.client().connected());
}
