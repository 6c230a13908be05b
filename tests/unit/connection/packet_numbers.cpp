// SPDX-License-Identifier: BSL-1.0
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

TEST_CASE("a connection out of packet numbers ends without another packet", "[connection][rfc9000]") {
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"test"};
  connection_start<test_stack> start;
  start.crypto = crypto;
  start.server_name = "server.test";
  instant const now{std::chrono::seconds{100}};
  connection_state<test_stack> state{start, now, seeded_entropy{1}, {}};
  REQUIRE(step::begin(state, start, now));

  std::vector<std::uint8_t> room(65536);
  state.recovery.on_sent(packet_space::application, {packet_number_max / 2, 100, false, false, ecn::not_ect}, {}, now);
  CHECK(step::transmit(state, room, now));
  CHECK(state.phase == life_phase::open);

  state.crypto_of(packet_space::initial).send_again();
  state.recovery.on_sent(packet_space::application, {packet_number_max - 1, 100, false, false, ecn::not_ect}, {}, now);
  CHECK_FALSE(step::transmit(state, room, now));
  CHECK(state.phase == life_phase::gone);
  REQUIRE(state.closed_by);
  CHECK(state.closed_by->reason == "all packet numbers are used");
  CHECK_FALSE(step::transmit(state, room, now));
}
