// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("what an abandoned path has brought is acknowledged though the window of the other is full",
          "[scenario][multipath]") {
  two_paths<path_schedule::round_robin> both;
  REQUIRE(both.open_second());
  // The client fills the window of the first path and hears nothing of it for a while.
  both.lab.downlink().on_each([](sim::datagram&, std::uint64_t) -> sim::verdict { return {.later = 200ms}; });
  both.begin(role::client, 400'000);
  both.lab.advance(1ms);
  both.begin(role::server, 300'000);
  both.lab.advance(14ms);
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  auto const abandoned = both.lab.now();
  both.lab.advance(20ms);
  auto const full = both.facts(role::client, 0);
  REQUIRE(full.bytes_in_flight + full.datagram_size > full.congestion_window);

  std::size_t alone = 0;
  for (auto const& packet : *both.packets) {
    if (packet.self != role::client || packet.at <= abandoned) continue;
    auto const frames = frames_of(packet);
    bool const last = !frames.empty() && std::all_of(frames.begin(), frames.end(), [](multipath_frame const& frame) {
      return frame.type == wire::path_ack_frame::first_type || frame.type == wire::path_ack_frame::last_type;
    });
    if (last && frames.back().path == 1) ++alone;
  }
  CHECK(alone >= 2);
  both.lab.downlink().on_each({});
  CHECK(both.lab.run_until([&] { return both.complete(role::client) && both.complete(role::server); }));
  CHECK_FALSE(both.lab.client().closing());
  CHECK_FALSE(both.lab.server().closing());
}
