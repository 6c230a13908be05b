// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

/// Handshake packets of the client with CRYPTO data in them.
std::vector<seen_packet> finished(world& w) {
  return w.sent(role::client,
                [](seen_packet const& p) { return p.kind == packet_kind::handshake && p.has(frame_type::crypto); });
}

}  // namespace

TEST_CASE("a client says its finished again when the server repeats its flight", "[scenario][rfc9002]") {
  world w;
  // The server's first datagrams are slow, so that the client takes the round trip for one of more than a second.
  w.downlink().on_each(
      [](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n <= 2 ? 1100ms : 0ms}; });
  bool lost = false;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    bool const drop = w.now() < 2500ms && contains(d, packet_kind::handshake);
    lost = lost || drop;
    return {.drop = drop};
  });
  w.connect();
  REQUIRE(w.run_until([&] { return !finished(w).empty(); }, 5s));
  auto const first = finished(w).front().at;
  // RFC 9002 6.2.3: the server's timer runs off sooner. What it repeats tells the client what was lost.
  REQUIRE(w.run_until([&] { return w.server().confirmed(); }, 5s));
  CHECK(lost);
  CHECK(w.now() - first < 3 * 1100ms);
}
