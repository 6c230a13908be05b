// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("changing the connection id retires the old one and brings a new one", "[scenario][rfc9000]") {
  world w;
  std::vector<std::uint8_t> destination;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (begins_with(d, packet_kind::one_rtt)) destination.assign(d.bytes.begin() + 1, d.bytes.begin() + 9);
    return {};
  });
  REQUIRE(w.establish());
  w.settle();
  auto const before = destination;
  REQUIRE(w.client().rotate_connection_id());
  w.client().ping();
  w.settle();
  CHECK(destination != before);
  auto const retired = w.sent_with(role::client, frame_type::retire_connection_id);
  REQUIRE(retired.size() == 1);
  CHECK(retired[0].find(frame_type::retire_connection_id)->id == 0);
  // RFC 9000 5.1.1: the peer makes up for it.
  CHECK(w.sent_with(role::server, frame_type::new_connection_id).back().find(frame_type::new_connection_id)->id == 8);
  CHECK(w.server().connection_ids() == 8);
}
