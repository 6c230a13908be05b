// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>

namespace {

std::size_t level_of(packet_kind kind) {
  return kind == packet_kind::initial ? 0 : kind == packet_kind::handshake ? 1 : 2;
}

/// What one end has said at each level so far.
struct speaker {
  std::size_t highest = 0;
  std::array<std::uint64_t, 3> crypto_end{};
  std::size_t repeated = 0;  ///< pieces of the handshake that were said again below the highest level

  void say(seen_packet const& packet) {
    auto const level = level_of(packet.kind);
    for (auto const& frame : packet.frames) {
      auto const end = frame.value + frame.length;
      if (level < highest) {
        // RFC 9001 4.9: only what was said before, acknowledgements, and what a probe or a datagram is filled with.
        INFO("a frame of type " << static_cast<std::uint64_t>(frame.type) << " at level " << level);
        bool const is_crypto = frame.type == frame_type::crypto;
        CHECK((is_crypto || frame.type == frame_type::ack || frame.type == frame_type::ping ||
               frame.type == frame_type::padding));
        if (is_crypto) CHECK(end <= crypto_end[level]);
        repeated += is_crypto ? 1 : 0;
      }
      if (frame.type == frame_type::crypto) crypto_end[level] = std::max(crypto_end[level], end);
    }
    highest = std::max(highest, level);
  }
};

}  // namespace

TEST_CASE("new handshake bytes leave at the highest level that there is", "[scenario][rfc9001]") {
  std::size_t repeated = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed,
             .link = {.loss = {.probability = 0.2}},
             .hello_padding = 2000,
             .server_flight_padding = 2000,
             .tickets = 2}};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::server, 20'000));
    std::array<speaker, 2> ends;
    for (auto const& packet : w.packets)
      if (packet.what == fate::sent && packet.kind != packet_kind::retry) ends[index_of(packet.side)].say(packet);
    for (auto const& end : ends) repeated += end.repeated;
    // The tickets of a session are handshake bytes, too.
    CHECK(ends[index_of(role::server)].crypto_end[2] > 0);
  }
  CHECK(repeated > 0);
}
