// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lone packet is acknowledged after the delay that was announced", "[scenario][rfc9000]") {
  transport_settings server;
  server.max_ack_delay = 40ms;
  world w{{.server = server}};
  REQUIRE(w.establish());
  w.settle();
  auto const before = w.sent_with(role::server, frame_type::ack).size();
  auto const at = w.now();
  w.client().ping();
  w.settle();
  auto const acks = w.sent_with(role::server, frame_type::ack);
  REQUIRE(acks.size() == before + 1);
  // RFC 9000 13.2.1
  CHECK(acks.back().at == at + 10ms + 40ms);
  CHECK(acks.back().find(frame_type::ack)->delay >= 39ms);
}
