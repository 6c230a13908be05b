// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("each session is used once", "[scenario][rfc8446][cve_class_early_data_replay]") {
  world w{{.tickets = 2}};
  REQUIRE(w.get_session());
  w.replace_server([](world_options& o) { o.tickets = 1; });
  auto& first = w.connect();
  auto& second = w.connect();
  auto& third = w.connect();
  REQUIRE(w.run_until([&] { return first.confirmed() && second.confirmed() && third.confirmed(); }));
  CHECK(first.statistics().resumed);
  CHECK(second.statistics().resumed);
  CHECK_FALSE(third.statistics().resumed);
  // And only for the server that gave it.
  w.settle();
  auto& elsewhere = w.connect("elsewhere.test");
  REQUIRE(w.run_until([&] { return elsewhere.confirmed(); }));
  CHECK_FALSE(elsewhere.statistics().resumed);
}
