// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server keeps its early keys a moment for late packets", "[scenario][rfc9001]") {
  world w{{.tickets = 1, .early_data = true, .takes_replays = true}};
  REQUIRE(w.get_session());
  auto late = 50ms;
  SECTION("long enough for what was overtaken") {}
  SECTION("and no longer") {
    late = 1'500ms;
  }
  bool delayed = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (delayed || !begins_with(d, packet_kind::zero_rtt)) return {};
    delayed = true;
    return {.later = late};
  });
  auto& client = w.connect_early(3'000);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  w.advance(3s);
  CHECK(world::got(w.server(1), stream_id{0}, 3'000));
  // RFC 9001 4.9.3: three times the PTO.
  CHECK((w.dropped(role::server, event::drop_reason::keys_unavailable) == 1) == (late == 1'500ms));
}
