// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("streams of equal rank share the connection", "[scenario][scheduler]") {
  world w{{.link = {.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 60'000}}}};
  REQUIRE(w.establish());
  std::vector<stream_id> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(w.start(w.client(), stream_direction::unidirectional, 300'000));
  REQUIRE(w.run_until([&] { return w.server().in[ids[0].value()].bytes.size() >= 150'000; }));
  for (auto const id : ids) {
    CHECK(w.server().in[id.value()].bytes.size() > 120'000);
    CHECK(w.server().in[id.value()].bytes.size() < 180'000);
  }
}
