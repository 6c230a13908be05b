// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace {

bool only_acknowledges(seen_packet const& p) {
  return p.kind == packet_kind::one_rtt && std::all_of(p.frames.begin(), p.frames.end(), [](seen_frame const& frame) {
           return frame.type == frame_type::ack || frame.type == frame_type::ack_ecn;
         });
}

}  // namespace

TEST_CASE("an acknowledgement that nothing asked for gives way to a datagram", "[scenario][rfc9000][rfc9221]") {
  // Nobody tries larger datagrams, which want an answer.
  transport_settings fixed;
  fixed.discover_mtu = false;
  world w{{.client = fixed, .server = fixed}};
  REQUIRE(w.establish());
  w.settle();
  auto& server = w.server();
  // The client says nothing but acknowledgements, which are worth a mention by and by, and there is no room for one.
  auto const before = w.sent(role::server).size();
  for (int i = 0; i < 40; ++i) {
    std::vector<std::uint8_t> const largest(server.max_datagram());
    REQUIRE(server.send_datagram(largest));
    w.advance(10ms);
  }
  w.settle();
  CHECK(w.client().datagrams.size() == 40);
  REQUIRE(w.received(role::server, only_acknowledges).size() > 16);
  CHECK(w.sent(role::server).size() - before == 40);
  auto const sent = w.sent(role::server);
  // RFC 9000 13.2.1
  CHECK(std::none_of(sent.begin() + static_cast<std::ptrdiff_t>(before), sent.end(), only_acknowledges));
  // There is room in the next packet.
  REQUIRE(server.send_datagram(std::vector<std::uint8_t>(10)));
  w.advance(30ms);
  auto const last = w.sent(role::server).back();
  CHECK((last.has(frame_type::ack) || last.has(frame_type::ack_ecn)));
}
