// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("lowered limits are what a server rejects early data for", "[scenario][rfc9000]") {
  using change = void (*)(transport_settings&);
  for (auto const lower : {+[](transport_settings& s) { --s.bidi_streams; }, +[](transport_settings& s) { --s.uni_streams; },
                           +[](transport_settings& s) { --s.stream_window; },
                           +[](transport_settings& s) { --s.connection_window; }}) {
    world w{{.tickets = 2, .early_data = true}};
    REQUIRE(w.get_session());
    w.replace_server([&](world_options& o) { change{lower}(o.server); });
    auto& client = w.connect_early(500);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    CHECK(client.statistics().early_data == early_data_status::rejected);
  }
  // More than it once allowed is no reason.
  world w{{.tickets = 2, .early_data = true}};
  REQUIRE(w.get_session());
  w.replace_server([](world_options& o) {
    ++o.server.bidi_streams;
    o.server.stream_window *= 2;
    o.server.connection_window *= 2;
  });
  auto& client = w.connect_early(500);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  CHECK(client.statistics().early_data == early_data_status::accepted);
}
