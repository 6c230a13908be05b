// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a retry with a wrong integrity tag is ignored", "[scenario][rfc9001]") {
  world w{{.require_retry = true}};
  bool spoiled = false;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (!spoiled && begins_with(d, packet_kind::retry)) {
      d.bytes.back() = static_cast<std::uint8_t>(d.bytes.back() ^ 1);
      spoiled = true;
    }
    return {};
  });
  auto& client = w.connect();
  w.advance(900ms);
  CHECK(spoiled);
  CHECK_FALSE(client.retried());
  CHECK(w.uplink().sent() == 1);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.retried());
}
