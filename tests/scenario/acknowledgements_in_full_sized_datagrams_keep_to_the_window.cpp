// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <quoin/wire/packet/long_header.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace {

/// What stands behind the packets with long headers cannot be opened any more.
void spoil_short_packet(std::vector<std::uint8_t>& datagram) {
  auto rest = byte_view{datagram};
  while (auto const header = wire::read_long_header(rest, wire::fixed_bit_rule::may_be_anything))
    rest = rest.subspan(header->packet_size);
  std::fill(datagram.end() - static_cast<std::ptrdiff_t>(rest.size()), datagram.end(), std::uint8_t{0x40});
}

}  // namespace

TEST_CASE("acknowledgements in full-sized datagrams keep to the window", "[scenario][rfc9000][rfc9002]") {
  transport_settings generous;
  generous.stream_window = generous.connection_window = 100'000;
  world w{{.stack = flavour::botan,
           .client = generous,
           .server = generous,
           .post_quantum = true,
           .tickets = 1,
           .early_data = true,
           .takes_replays = true}};
  REQUIRE(w.get_session());
  std::size_t initials = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (!begins_with(d, packet_kind::initial)) return {};
    ++initials;
    CHECK(d.bytes.size() >= 1200);
    return {};
  });
  // A ServerHello with a large key share is two packets. The second comes when early data has filled the room that the
  // first made, and nothing comes with it that makes more.
  std::size_t parts = 0;
  auto const end = w.now() + 60ms;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const initial = begins_with(d, packet_kind::initial) && d.bytes.size() >= 1200;
    parts += initial ? 1 : 0;
    if (parts == 2 && initial) spoil_short_packet(d.bytes);
    return {.drop = !initial && w.now() < end, .later = parts == 2 && initial ? 20ms : 0ms};
  });
  auto& client = w.connect_early(50'000);
  byte_count most = 0;
  bool beyond = false;
  auto const look = [&] {
    auto const now = client.statistics();
    most = std::max(most, now.bytes_in_flight);
    beyond = beyond || (now.bytes_in_flight > now.congestion_window && now.pto_count == 0);
    return beyond || client.confirmed();
  };
  REQUIRE(w.run_until(look));
  CHECK_FALSE(beyond);
  CHECK(most > 10'800);
  CHECK(parts >= 2);
  CHECK(initials > 3);
  REQUIRE(w.run_until([&] { return world::got(w.server(1), stream_id{0}, 50'000); }));
}
