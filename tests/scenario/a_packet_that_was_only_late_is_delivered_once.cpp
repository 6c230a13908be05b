// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a packet that was only late is delivered once", "[scenario][rfc9002]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto const next = w.uplink().sent() + 1;
  w.uplink().on_each(
      [&](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == next ? 30ms : 0ms}; });
  auto const id = w.start(w.client(), stream_direction::unidirectional, 12'000);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].ends == 1; }));
  w.settle();
  CHECK_FALSE(w.select(fate::lost, role::client).empty());
  CHECK(world::got(w.server(), id, 12'000));
}
