// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an old session is not resumed", "[scenario][rfc8446]") {
  for (auto const stack : {flavour::plain, flavour::botan}) {
    world w{{.stack = stack, .tickets = 1, .early_data = true}};
    REQUIRE(w.get_session());
    auto age = 23h;
    SECTION("a day is not over") {}
    SECTION("a day is over") {
      age = 25h;
    }
    w.advance(age);
    auto& client = w.connect("server.test", true);
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    CHECK(client.statistics().resumed == (age == 23h));
    CHECK(client.statistics().early_data ==
          (age == 23h ? early_data_status::accepted : early_data_status::none));
  }
}
