// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("rejected early data fits the limits of the new handshake",
          "[scenario][rfc9000][cve_class_early_data_refused]") {
  world w{{.tickets = 1, .early_data = true}};
  REQUIRE(w.get_session());
  // RFC 9000 7.4.1: a server that allows less than it once did must reject.
  w.replace_server([](world_options& o) {
    o.server.bidi_streams = 1;
    o.server.stream_window = 400;
    o.server.connection_window = 1'000;
  });
  auto& client = w.connect_early(900);
  for (int i = 0; i < 3; ++i) w.start_early(client, stream_direction::bidirectional, 900);
  auto const uni = w.start_early(client, stream_direction::unidirectional, 900);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.statistics().early_data == early_data_status::rejected);
  auto& server = w.server(1);
  // A stream is over, and the next may go, when both sides have said all they have to say.
  auto const all_there = [&] {
    for (auto const& [id, incoming] : server.in)
      if (incoming.ends > 0) static_cast<void>(server.finish(stream_id{id}));
    for (std::uint64_t id = 0; id < 16; id += 4)
      if (!world::got(server, stream_id{id}, 900)) return false;
    return world::got(server, uni, 900);
  };
  CHECK(w.run_until(all_there));
  CHECK_FALSE(client.ended);
  CHECK_FALSE(server.ended);
}
