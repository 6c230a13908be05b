// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost initial is probed after one pto", "[scenario][rfc9002]") {
  world w;
  w.uplink().drop(1);
  w.connect();
  CHECK(w.run_until([&] { return w.client().confirmed(); }));
  // RFC 9002 6.2.2: 333 ms and 4 * 166.5 ms, before any sample.
  auto const initials = w.sent(role::client, of_kind(packet_kind::initial));
  REQUIRE(initials.size() >= 2);
  CHECK(initials[0].at == 0ms);
  CHECK(initials[1].at == 999ms);
  CHECK(initials[1].has(frame_type::crypto));
  CHECK(w.client().confirmed());
}
