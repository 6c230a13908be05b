// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("rejected early data is sent again from the beginning", "[scenario][rfc9001][cve_class_early_data_refused]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true, .takes_replays = true}};
    REQUIRE(w.get_session());
    // The server still resumes, but takes no early data any more.
    w.replace_server([](world_options& o) { o.early_data = false; });
    auto& client = w.connect_early(5'000);
    auto const second = w.start_early(client, stream_direction::unidirectional, 700);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    auto& server = w.server(1);
    CHECK(client.statistics().resumed);
    CHECK(client.statistics().early_data == early_data_status::rejected);
    CHECK(client.count(connection_event::kind::early_data_rejected) == 1);
    w.settle();
    CHECK(world::got(server, stream_id{0}, 5'000));
    CHECK(world::got(server, second, 700));
    CHECK(server.replayable_bytes == 0);
    // RFC 9001 4.6.2: not one of its packets was processed.
    CHECK(w.received(role::server, of_kind(packet_kind::zero_rtt)).empty());
    // It was no loss (RFC 9002 6.4), and left no trace in flow control: later streams have all of their credit.
    CHECK(client.statistics().packets_lost == 0);
    CHECK(client.statistics().bytes_in_flight == 0);
    auto const late = w.start(client, stream_direction::unidirectional, 100'000);
    w.run_until([&] { return server.in[late.value()].ends > 0; });
    CHECK(world::got(server, late, 100'000));
  }
}
