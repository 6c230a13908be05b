// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client hello may span several packets", "[scenario][rfc9000]") {
  world w{{.hello_padding = 3000}};
  auto& client = w.connect();
  CHECK(w.uplink().sent() == 3);
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(w.now() == 20ms);
}
