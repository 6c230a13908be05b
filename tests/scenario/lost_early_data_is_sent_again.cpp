// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("lost early data is sent again", "[scenario][rfc9001]") {
  world w{{.tickets = 1, .early_data = true, .takes_replays = true}};
  REQUIRE(w.get_session());
  // Every datagram that is nothing but 0-RTT is lost.
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    return {.drop = begins_with(d, packet_kind::zero_rtt)};
  });
  auto& client = w.connect_early(8'000);
  REQUIRE(w.run_until([&] { return w.count(role::server) > 1 && world::got(w.server(1), stream_id{0}, 8'000); }));
  CHECK(client.statistics().early_data == early_data_status::accepted);
  CHECK(client.statistics().packets_lost > 0);
  CHECK_FALSE(client.ended);
  // RFC 9000 17.2.3: in packets with numbers of their own.
  packet_number last = no_packet;
  for (auto const& p : w.sent(role::client, [](seen_packet const& p) {
         return p.connection == 1 && (p.kind == packet_kind::zero_rtt || p.kind == packet_kind::one_rtt);
       })) {
    CHECK((last == no_packet || p.number > last));
    last = p.number;
  }
}
