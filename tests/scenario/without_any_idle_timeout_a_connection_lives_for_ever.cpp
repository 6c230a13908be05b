// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("without any idle timeout a connection lives for ever", "[scenario][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = 0s;
  world w{{.client = settings, .server = settings}};
  REQUIRE(w.establish());
  w.advance(std::chrono::hours{24 * 365});
  CHECK_FALSE(w.client().ended);
  CHECK(w.transfer(role::client, 1'000));
}
