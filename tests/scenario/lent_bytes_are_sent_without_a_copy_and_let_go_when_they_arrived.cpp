// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("lent bytes are sent without a copy and let go when they arrived", "[scenario][api]") {
  world w;
  REQUIRE(w.establish());
  auto const bytes = std::make_shared<std::vector<std::uint8_t>>(100'000);
  auto const id = w.client().open(stream_direction::unidirectional);
  REQUIRE(id);
  for (std::size_t i = 0; i < bytes->size(); ++i) (*bytes)[i] = pattern(id->value(), i);
  REQUIRE(w.client().write(*id, send_slice{*bytes, bytes}));
  REQUIRE(w.client().finish(*id));
  CHECK(bytes.use_count() > 1);
  REQUIRE(w.run_until([&] { return world::got(w.server(), *id, 100'000); }));
  w.settle();
  CHECK(bytes.use_count() == 1);
  CHECK(w.client().unsent(*id) == 0);
}
