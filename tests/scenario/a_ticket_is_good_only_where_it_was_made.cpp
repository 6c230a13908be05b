// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a ticket is good only where it was made", "[scenario][rfc9001][cve_class_ticket_of_another_server]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true}};
    REQUIRE(w.get_session());
    w.replace_server([](world_options& o) { o.session_secret = 2; });
    auto& client = w.connect_early(500);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    CHECK_FALSE(client.statistics().resumed);
    CHECK(client.statistics().early_data == early_data_status::rejected);
    w.settle();
    CHECK(world::got(w.server(1), stream_id{0}, 500));
  }
}
