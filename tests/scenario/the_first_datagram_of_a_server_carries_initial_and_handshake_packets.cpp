// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("the first datagram of a server carries initial and handshake packets", "[scenario][rfc9000]") {
  world w;
  w.connect();
  w.advance(10ms);
  // RFC 9000 12.2: coalesced, so that the client learns all at once.
  CHECK(w.downlink().sent() == 1);
  CHECK(w.sent(role::server, of_kind(packet_kind::initial)).size() == 1);
  CHECK(w.sent(role::server, of_kind(packet_kind::handshake)).size() == 1);
}
