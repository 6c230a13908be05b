// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a close is said within three times what came", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // The server hears one small packet from the client's new port, and nothing else from there.
  auto const moved = w.rebind_port();
  std::size_t came = 0;
  std::size_t went = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (came > 0) return {.drop = true};
    came = d.bytes.size();
    return {};
  });
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    went += d.path.remote == moved ? d.bytes.size() : 0;
    return {};
  });
  w.client().ping();
  REQUIRE(w.run_until([&] { return w.count_steps(role::server, event::path_step::used) > 0; }, 1s));
  w.server().close(7, std::string(100, 'x'));
  REQUIRE(w.run_until([&] { return w.client().ended.has_value(); }, 1s));
  CHECK(w.client().ended->code == 7);
  CHECK(came < 50);
  CHECK(went <= limits::amplification_factor * came);
}
