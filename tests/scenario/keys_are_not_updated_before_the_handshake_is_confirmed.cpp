// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("keys are not updated before the handshake is confirmed", "[scenario][rfc9001]") {
  world w;
  auto& client = w.connect();
  CHECK_FALSE(client.update_keys());
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK_FALSE(client.confirmed());
  CHECK_FALSE(client.update_keys());
}
