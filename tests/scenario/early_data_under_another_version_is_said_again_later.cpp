// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data under another version is said again later", "[scenario][rfc9369]") {
  world_options options{.tickets = 1, .early_data = true};
  options.client.versions = {version::v2, version::v1};
  options.server.versions = {version::v2, version::v1};
  world w{options};
  REQUIRE(w.get_session());
  // The session is one of version 2, which the server has given up.
  w.replace_server([](world_options& o) { o.server.versions = {version::v1}; });
  auto& client = w.connect_early(2'500);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.spoken() == version::v1);
  CHECK_FALSE(client.statistics().resumed);
  w.settle();
  CHECK(world::got(w.server(1), stream_id{0}, 2'500));
  CHECK(client.count(connection_event::kind::early_data_rejected) == 1);
  CHECK(client.statistics().packets_lost == 0);
}
