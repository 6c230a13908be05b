// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a HelloRetryRequest rejects early data", "[scenario][rfc9001]") {
  world w{{.stack = flavour::botan, .tickets = 1, .early_data = true, .takes_replays = true}};
  REQUIRE(w.get_session());
  w.replace_server([](world_options& o) { o.retry_hello = true; });
  auto& client = w.connect_early(3'000);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.statistics().resumed);
  CHECK(client.statistics().early_data == early_data_status::rejected);
  w.settle();
  CHECK(world::got(w.server(1), stream_id{0}, 3'000));
  CHECK(w.server(1).replayable_bytes == 0);
  CHECK(w.received(role::server, of_kind(packet_kind::zero_rtt)).empty());
}
