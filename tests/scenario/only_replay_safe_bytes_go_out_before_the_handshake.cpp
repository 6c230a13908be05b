// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("only replay-safe bytes go out before the handshake",
          "[scenario][rfc9001][cve_class_early_data_to_an_impostor]") {
  world w{{.tickets = 1, .early_data = true}};
  REQUIRE(w.get_session());
  auto& client = w.connect_early(100);
  CHECK(client.can_send_early());
  CHECK(client.open(stream_direction::bidirectional).error() == stream_errc::not_ready);
  std::uint8_t const more[3]{};
  CHECK(client.write(stream_id{0}, byte_view{more}).error() == stream_errc::not_ready);
  CHECK(client.finish(stream_id{0}).error() == stream_errc::not_ready);
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK_FALSE(client.can_send_early());
  CHECK(client.open(stream_direction::bidirectional).has_value());
  w.settle();
  CHECK(world::got(w.server(1), stream_id{0}, 100));
}
