// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("what an abandoned path has brought is acknowledged without a wish for an answer", "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  REQUIRE(both.open_second());
  both.begin(role::server, 300'000);
  both.lab.advance(15ms);
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  auto const abandoned = both.lab.now();
  bool acknowledged = false;
  while (!both.complete(role::server)) {
    both.lab.advance(1ms);
    // The abandonment itself is answered within a round trip.
    if (both.lab.now() > abandoned + 25ms) REQUIRE(both.facts(role::client, 0).bytes_in_flight == 0);
  }
  for (auto const& packet : *both.packets)
    if (packet.self == role::client && packet.at > abandoned + 4ms)
      for (auto const& frame : frames_of(packet))
        acknowledged =
            acknowledged ||
            ((frame.type == wire::path_ack_frame::first_type || frame.type == wire::path_ack_frame::last_type) &&
             frame.path == 1);
  CHECK(acknowledged);
}
