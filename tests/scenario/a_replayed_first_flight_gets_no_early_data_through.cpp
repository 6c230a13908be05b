// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a replayed first flight gets no early data through", "[scenario][rfc9001][cve_class_early_data_replay]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true, .takes_replays = true}};
    REQUIRE(w.get_session());
    std::vector<std::vector<std::uint8_t>> recorded;
    w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
      if (recorded.size() < 2) recorded.push_back(d.bytes);
      return {};
    });
    w.connect_early(1'500);
    REQUIRE(w.run_until([&] { return w.count(role::server) > 1 && world::got(w.server(1), stream_id{0}, 1'500); }));
    w.server(1).close(0, "");
    w.settle();
    REQUIRE(w.run_until([&] { return w.alive(role::server) == 0; }));
    // Some seconds later somebody sends the same again, from elsewhere.
    for (auto const& bytes : recorded)
      w.forge(role::client, socket_address::v4(10, 0, 0, 1, 6000), world::server_address(), bytes);
    REQUIRE(w.run_until([&] { return w.count(role::server) > 2; }));
    auto& fooled = w.server(2);
    w.advance(50ms);
    CHECK_FALSE(fooled.replayable());
    CHECK(fooled.replayable_bytes == 0);
    CHECK(fooled.in.empty());
  }
}
