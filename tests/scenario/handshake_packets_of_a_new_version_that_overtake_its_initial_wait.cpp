// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("handshake packets of a new version that overtake its initial wait", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.client = likes_v2, .server_flight_padding = 1500}};
  w.downlink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == 1 ? 5ms : 0ms}; });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(w.now() == 25ms);
  CHECK(client.spoken() == version::v2);
  CHECK(w.dropped(role::client, event::drop_reason::unsupported_version) == 0);
  CHECK(w.dropped(role::client, event::drop_reason::keys_unavailable) == 0);
}
