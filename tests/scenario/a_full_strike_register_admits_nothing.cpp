// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a full strike register admits nothing", "[scenario][rfc9001]") {
  world w{{.tickets = 3, .early_data = true, .strikes = 1}};
  REQUIRE(w.get_session());
  auto& first = w.connect_early(100);
  auto& second = w.connect_early(100);
  REQUIRE(w.run_until([&] { return first.confirmed() && second.confirmed(); }));
  CHECK(first.statistics().early_data == early_data_status::accepted);
  CHECK(second.statistics().early_data == early_data_status::rejected);
  w.settle();
  CHECK(world::got(w.server(2), stream_id{0}, 100));
  // The first is forgotten when its copies would look old.
  w.advance(21s);
  auto& third = w.connect_early(100);
  REQUIRE(w.run_until([&] { return third.confirmed(); }));
  CHECK(third.statistics().early_data == early_data_status::accepted);
}
