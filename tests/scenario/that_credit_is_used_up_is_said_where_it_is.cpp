// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <utility>

namespace {

/// The packets with a frame of `type` that the client sent; how many of them have no STREAM frame.
std::pair<std::size_t, std::size_t> said_and_apart(world const& w, wire::frame_type type) {
  std::pair<std::size_t, std::size_t> counted{};
  for (auto const& p : w.packets) {
    if (p.what != seen_packet::fate::sent || p.side != role::client || !p.has(type)) continue;
    ++counted.first;
    counted.second += p.has(wire::frame_type::stream) ? 0 : 1;
  }
  return counted;
}

/// A client that has twenty times as much to say as the server gives credit for at a time says so in the packets whose
/// data used it up, in frames of `type`.
void check_said_where_it_is(transport_settings const& server, wire::frame_type type) {
  world w{{.server = server}};
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 20'000));
  auto const [said, apart] = said_and_apart(w, type);
  CHECK(said >= 10);
  CHECK(apart == 0);
}

}  // namespace

TEST_CASE("that a stream's credit is used up is said in the packet that uses it up", "[scenario][rfc9000]") {
  transport_settings server;
  server.stream_window = server.max_stream_window = 1'000;
  check_said_where_it_is(server, wire::frame_type::stream_data_blocked);
}

TEST_CASE("that a connection's credit is used up is said in the packet that uses it up", "[scenario][rfc9000]") {
  transport_settings server;
  server.connection_window = server.max_connection_window = 1'000;
  check_said_where_it_is(server, wire::frame_type::data_blocked);
}
