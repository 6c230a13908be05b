// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data keeps to the limits of last time", "[scenario][rfc9000]") {
  world_options options{.tickets = 1, .early_data = true, .takes_replays = true};
  options.server.stream_window = 1'000;
  options.server.bidi_streams = 2;
  world w{options};
  REQUIRE(w.get_session());
  // RFC 9000 7.4.1: the server allows more by now, but early data must not use it.
  w.replace_server([](world_options& o) {
    o.server.stream_window = 1 << 20;
    o.server.bidi_streams = 100;
  });
  auto& client = w.connect_early(4'000);
  w.start_early(client, stream_direction::bidirectional, 10);
  CHECK(client.early_open(stream_direction::bidirectional).error() == stream_errc::limit_reached);
  REQUIRE(w.run_until([&] { return client.connected(); }));
  for (auto const& p : w.sent(role::client, of_kind(packet_kind::zero_rtt)))
    for (auto const& f : p.frames)
      if (f.type == frame_type::stream) CHECK(f.value + f.length <= 1'000);
  CHECK(client.early_open(stream_direction::bidirectional).has_value());
  w.settle();
  CHECK(client.statistics().early_data == early_data_status::accepted);
  CHECK(world::got(w.server(1), stream_id{0}, 4'000));
}
