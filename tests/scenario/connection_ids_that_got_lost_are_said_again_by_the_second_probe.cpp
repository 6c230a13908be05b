// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

TEST_CASE("connection ids that got lost are said again by the second probe", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // The client has much in flight that is older than the ID that it gives for one that came back.
  w.uplink().settings.loss.probability = 1;
  auto const stream = w.start(w.client(), stream_direction::unidirectional, 8'000);
  w.advance(1ms);
  REQUIRE(w.server().rotate_connection_id());
  w.advance(100ms);
  auto const says_id = [](seen_packet const& packet) {
    return packet.side == role::client && packet.what == seen_packet::fate::sent &&
           packet.has(wire::frame_type::new_connection_id);
  };
  auto const before = std::count_if(w.packets.begin(), w.packets.end(), says_id);
  w.advance(3s);

  // Whoever cannot answer without it would wait for what has been asked for already: a server whose client was moved
  // by something between has no other to answer it with (RFC 9000 9.5).
  CHECK(std::count_if(w.packets.begin(), w.packets.end(), says_id) > before);
  w.uplink().settings.loss.probability = 0;
  CHECK(w.run_until([&] { return world::got(w.server(), stream, 8'000); }));
}
