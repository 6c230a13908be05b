// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("early data keeps its version when the server changes it", "[scenario][rfc9369]") {
  world_options options{.tickets = 1, .early_data = true};
  options.client.versions = {version::v2, version::v1};
  options.client.first_version = version::v1;
  options.server.versions = {version::v1};
  world w{options};
  REQUIRE(w.get_session());
  // The session is one of version 1; the server has learnt version 2 since.
  w.replace_server([](world_options& o) { o.server.versions = {version::v2, version::v1}; });
  // The client hears of the new version by the server's Initial, and for a while of nothing else.
  std::size_t answers = 0;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    auto const first = wire::read_long_header(d.bytes, wire::fixed_bit_rule::may_be_anything);
    if (++answers == 1 && first) d.bytes.resize(first->packet_size);
    return {.drop = answers > 1 && answers < 4};
  });
  std::size_t before = 0;
  std::size_t behind = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    byte_view rest{d.bytes};
    while (auto const header = wire::read_long_header(rest, wire::fixed_bit_rule::may_be_anything)) {
      if (header->kind == event::packet_kind::zero_rtt) {
        CHECK(header->version == version::v1);
        ++(answers > 0 ? behind : before);
      }
      rest = rest.subspan(header->packet_size);
    }
    return {};
  });
  auto& client = w.connect_early(3'000);
  REQUIRE(w.run_until([&] { return client.spoken() == version::v2; }));
  auto const later = w.start_early(client, stream_direction::bidirectional, 3'000);
  REQUIRE(w.run_until([&] { return client.confirmed(); }));
  w.settle();
  CHECK(world::got(w.server(1), stream_id{0}, 3'000));
  CHECK(world::got(w.server(1), later, 3'000));
  CHECK(before > 1);
  CHECK(behind > 1);
}
