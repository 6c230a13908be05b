// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data arrives half a round trip after it was sent", "[scenario][rfc9001]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true, .takes_replays = true}};
    REQUIRE(w.get_session());
    auto const start = w.now();
    auto& client = w.connect_early(3'000);
    REQUIRE(w.run_until([&] { return w.count(role::server) > 1 && world::got(w.server(1), stream_id{0}, 3'000); }));
    CHECK(w.now() - start == 10ms);
    auto& server = w.server(1);
    CHECK(server.replayable());
    CHECK(server.replayable_bytes == 3'000);
    REQUIRE(w.run_until([&] { return client.confirmed() && server.confirmed(); }));
    CHECK_FALSE(server.replayable());
    CHECK(client.statistics().early_data == early_data_status::accepted);
    CHECK(server.statistics().early_data == early_data_status::accepted);
    CHECK(client.count(connection_event::kind::early_data_accepted) == 1);
    // Nothing was said twice, and 1-RTT packets go on where 0-RTT packets stopped (RFC 9000 12.3).
    w.settle();
    CHECK(client.statistics().packets_lost == 0);
    auto const early = w.sent(role::client, of_kind(packet_kind::zero_rtt));
    auto const late = w.sent(role::client, [](seen_packet const& p) {
      return p.connection == 1 && p.kind == packet_kind::one_rtt;
    });
    REQUIRE(early.size() >= 3);
    REQUIRE_FALSE(late.empty());
    CHECK(late.front().number > early.back().number);
    // RFC 9000 13.2.6: acknowledged in 1-RTT packets.
    auto const acks = w.sent(role::server, [&](seen_packet const& p) {
      return p.connection == 1 && p.kind == packet_kind::one_rtt && p.has(frame_type::ack) &&
             p.find(frame_type::ack)->value >= early.back().number;
    });
    CHECK_FALSE(acks.empty());
    CHECK(w.server(1).in[0].ends == 1);
  }
}
