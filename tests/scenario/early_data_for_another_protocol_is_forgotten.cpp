// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data for another protocol is forgotten", "[scenario][rfc9001]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .client_alpn = {"lab", "other"}, .tickets = 1, .early_data = true}};
    REQUIRE(w.get_session());
    w.replace_server([](world_options& o) { o.server_alpn = {"other"}; });
    auto& client = w.connect_early(500);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    CHECK(client.statistics().resumed);
    CHECK(client.alpn() == "other");
    w.settle();
    CHECK(w.server(1).in.empty());
    CHECK(client.open_streams() == 0);
    CHECK(client.statistics().early_data == early_data_status::rejected);
    // Its streams never were: the numbers begin again.
    auto const id = w.start(client, stream_direction::bidirectional, 50);
    CHECK(id.value() == 0);
    w.settle();
    CHECK(world::got(w.server(1), id, 50));
  }
}
