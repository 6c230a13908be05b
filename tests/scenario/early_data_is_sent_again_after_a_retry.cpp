// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data is sent again after a Retry", "[scenario][rfc9000]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true, .takes_replays = true}};
    REQUIRE(w.get_session());
    w.replace_server([](world_options& o) { o.require_retry = true; });
    auto& client = w.connect_early(4'000);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    w.settle();
    CHECK(client.retried());
    CHECK(client.statistics().early_data == early_data_status::accepted);
    auto& server = w.server(1);
    CHECK(world::got(server, stream_id{0}, 4'000));
    CHECK(server.replayable_bytes == 4'000);
    // RFC 9000 17.2.3: no packet number twice.
    std::vector<packet_number> numbers;
    for (auto const& p : w.sent(role::client, of_kind(packet_kind::zero_rtt))) numbers.push_back(p.number);
    CHECK(std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal{}) == numbers.end());
    CHECK(client.statistics().packets_lost == 0);
  }
}
