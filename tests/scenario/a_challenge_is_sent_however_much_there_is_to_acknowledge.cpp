// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a challenge is sent however much there is to acknowledge", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // Every second packet is lost and no acknowledgement arrives, so that the server has as many ranges as it keeps.
  w.downlink().settings.loss.probability = 1;
  w.uplink().on_each([](sim::datagram const&, std::uint64_t n) -> sim::verdict { return {.drop = n % 2 == 0}; });
  for (int i = 0; i < 200; ++i) {
    w.client().ping();
    w.advance(2ms);
  }
  w.downlink().settings.loss.probability = 0;
  w.uplink().on_each({});
  auto const port = w.rebind_port();
  w.client().ping();
  REQUIRE(w.run_until([&] { return w.server().path().remote == port; }));
  w.settle();
  auto const there = w.sent(role::server, [](seen_packet const& p) { return p.path == 1; });
  REQUIRE_FALSE(there.empty());
  // RFC 9000 8.1: three times a PING is little.
  CHECK(there.front().size < 150);
  CHECK(there.front().has(frame_type::path_challenge));
  REQUIRE(there.front().has(frame_type::ack));
  CHECK(there.front().find(frame_type::ack)->ranges.size() > 10);
}
