// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a port that a NAT changes is followed", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::server, 300'000));
  auto const window = w.server().statistics().congestion_window;
  auto const rtt = w.server().statistics().rtt.smoothed;
  wire_tap tap{w};
  auto const moved = w.rebind_port();
  REQUIRE(w.transfer(role::client, 50'000));
  w.settle();

  CHECK(w.server().path().remote == moved);
  CHECK(w.server().count(connection_event::kind::path_changed) == 1);
  auto const there = w.sent(role::server, [](seen_packet const& p) { return p.path != 0; });
  REQUIRE_FALSE(there.empty());
  CHECK(there.front().has(frame_type::path_challenge));
  CHECK(there.front().size == 1200);
  CHECK_FALSE(w.sent_with(role::client, frame_type::path_response).empty());
  // RFC 9000 9.4: only the port is new, so that what was learnt is kept.
  CHECK(w.server().statistics().congestion_window >= window);
  CHECK(w.server().statistics().rtt.smoothed < 2 * rtt);
  // RFC 9000 9.3.3: the old address is asked too.
  CHECK_FALSE(w.sent(role::server, [](seen_packet const& p) {
                 return p.path == 0 && p.has(frame_type::path_challenge);
               }).empty());
  // RFC 9000 9.5: the server uses no ID towards both.
  for (auto const& [id, ports] : tap.ports_by_id(false)) CHECK(ports.size() == 1);
}
