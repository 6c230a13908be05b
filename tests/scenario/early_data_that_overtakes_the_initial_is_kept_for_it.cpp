// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data that overtakes the Initial is kept for it", "[scenario][rfc9000]") {
  world w{{.tickets = 1, .early_data = true, .takes_replays = true}};
  REQUIRE(w.get_session());
  auto late = 20ms;
  std::size_t kept = 0;
  SECTION("for a moment") {
    kept = 1;
  }
  SECTION("but not for long") {
    late = 150ms;
  }
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    return {.later = begins_with(d, packet_kind::initial) ? late : 0ms};
  });
  auto& client = w.connect_early(3'000);
  REQUIRE(w.run_until([&] { return w.count(role::server) > 1; }));
  CHECK((w.server(1).replayable_bytes > 1'200) == (kept == 1));
  REQUIRE(w.run_until([&] { return world::got(w.server(1), stream_id{0}, 3'000); }));
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(client.statistics().early_data == early_data_status::accepted);
}
