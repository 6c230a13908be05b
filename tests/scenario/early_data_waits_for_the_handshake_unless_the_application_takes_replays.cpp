// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data waits for the handshake unless the application takes replays", "[scenario][rfc9001]") {
  world w{{.tickets = 1, .early_data = true}};
  REQUIRE(w.get_session());
  auto const start = w.now();
  auto& client = w.connect_early(3'000);
  REQUIRE(w.run_until([&] { return w.count(role::server) > 1; }));
  auto& server = w.server(1);
  SECTION("an application that reads") {}
  SECTION("an application that takes views") {
    server.takes_views = true;
  }
  // The bytes are there, but nobody sees them.
  CHECK(server.held_bytes() > 0);
  CHECK(server.in.empty());
  CHECK(server.events.empty());
  std::uint8_t room[10];
  CHECK(server.read(stream_id{0}, room).error() == stream_errc::not_ready);
  CHECK(server.peek(stream_id{0}).error() == stream_errc::not_ready);
  CHECK(server.consume(stream_id{0}, 0).error() == stream_errc::not_ready);
  REQUIRE(w.run_until([&] { return server.connected(); }));
  CHECK(w.now() - start == 30ms);
  REQUIRE(w.run_until([&] { return world::got(server, stream_id{0}, 3'000); }));
  CHECK(w.now() - start == 30ms);
  CHECK(server.replayable_bytes == 0);
  CHECK(server.events.front().what == connection_event::kind::connected);
  CHECK(client.statistics().early_data == early_data_status::accepted);
}
