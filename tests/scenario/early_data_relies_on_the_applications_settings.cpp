// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data relies on the application's settings", "[scenario][rfc9001]") {
  world w{{.tickets = 2, .early_data = true, .session_context = {1, 2, 3}}};
  REQUIRE(w.get_session());
  w.replace_server([](world_options& o) { o.session_context = {1, 2, 4}; });
  auto& client = w.connect_early(500);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.statistics().resumed);
  CHECK(client.statistics().early_data == early_data_status::rejected);
  w.settle();
  CHECK(world::got(w.server(1), stream_id{0}, 500));
}
