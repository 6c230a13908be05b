// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a hundred streams at once arrive whole", "[scenario][rfc9000]") {
  world w{{.link = {.loss = {.probability = 0.01}}}};
  REQUIRE(w.establish());
  std::vector<stream_id> ids;
  for (std::uint64_t i = 0; i < 100; ++i)
    ids.push_back(w.start(w.client(), stream_direction::unidirectional, 500 + i * 37));
  REQUIRE(w.run_until([&] { return w.client().count(connection_event::kind::stream_finished) == 100; }));
  for (std::size_t i = 0; i < ids.size(); ++i) CHECK(world::got(w.server(), ids[i], 500 + i * 37));
  w.settle();
  CHECK(w.client().open_streams() == 0);
  CHECK(w.server().open_streams() == 0);
}
