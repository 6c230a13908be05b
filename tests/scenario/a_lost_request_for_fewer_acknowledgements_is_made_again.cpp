// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a lost request for fewer acknowledgements is made again", "[scenario]") {
  world w{{.one_way_delay = 20ms, .ack_frequency = {.ask = true}}};
  REQUIRE(w.establish());
  bool dropped = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    // The null protection hides nothing: ACK_FREQUENCY begins with 0x40af.
    constexpr std::uint8_t type[]{0x40, 0xaf};
    auto const front = d.bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(d.bytes.size(), 48));
    if (dropped || std::search(d.bytes.begin(), front, std::begin(type), std::end(type)) == front) return {};
    dropped = true;
    return {.drop = true};
  });
  w.start(w.client(), stream_direction::unidirectional, 3'000'000);
  REQUIRE(w.run_until([&] { return w.sent_with(role::client, frame_type::ack_frequency).size() > 1; }));
  CHECK(dropped);
  auto const requests = w.sent_with(role::client, frame_type::ack_frequency);
  auto const lost = w.select(fate::lost, role::client);
  CHECK(std::any_of(lost.begin(), lost.end(), [&](auto const& p) { return p.number == requests[0].number; }));
  CHECK(requests[1].find(frame_type::ack_frequency)->id == 1);
  REQUIRE(w.run_until([&] {
    return !w.received(role::server, [&](auto const& p) { return p.number == requests[1].number; }).empty();
  }));
}
