// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a probe asks for an answer at once where acknowledgements were slowed", "[scenario]") {
  world w{{.one_way_delay = 20ms, .ack_frequency = {.ask = true}}};
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 3'000'000));
  w.settle(200ms);
  REQUIRE_FALSE(w.sent_with(role::client, frame_type::ack_frequency).empty());
  w.uplink().drop(1);
  w.start(w.client(), stream_direction::unidirectional, 100);
  w.advance(5s);
  auto const asking = w.sent_with(role::client, frame_type::immediate_ack);
  REQUIRE_FALSE(asking.empty());
  // draft-ietf-quic-ack-frequency 5: the answer does not wait.
  auto const arrived = asking.front().at + 20ms;
  auto const answers = w.sent(role::server, [&](seen_packet const& p) { return p.at == arrived; });
  REQUIRE_FALSE(answers.empty());
  CHECK(answers.front().has(frame_type::ack));
}
