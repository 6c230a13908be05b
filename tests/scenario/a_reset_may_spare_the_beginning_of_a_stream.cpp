// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a reset may spare the beginning of a stream", "[scenario]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 100'000, false);
  // Half of the first flight is lost, and of it only what was promised comes again.
  for (std::uint64_t n = 1; n <= 10; n += 2) w.uplink().drop(n);
  w.serve();
  REQUIRE(w.client().reset_at(id, 42, 20'000));
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].reset.has_value(); }));
  auto const& got = w.server().in[id.value()];
  CHECK(got.reset == 42);
  CHECK(got.ends == 0);
  CHECK(got.bytes.size() >= 20'000);
  for (std::size_t i = 0; i < got.bytes.size(); ++i) REQUIRE(got.bytes[i] == pattern(id.value(), i));
  REQUIRE(w.run_until([&] { return w.client().open_streams() == 0 && w.server().open_streams() == 0; }));
  CHECK(w.client().held_bytes() == 0);
  CHECK(w.server().held_bytes() == 0);
}
