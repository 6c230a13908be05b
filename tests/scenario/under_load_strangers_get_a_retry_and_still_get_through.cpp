// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("under load strangers get a retry and still get through", "[scenario][rfc9000][cve_class_handshake_flood]") {
  world w{{.max_unvalidated = 2}};
  for (int i = 0; i < 5; ++i) w.connect();
  REQUIRE(w.run_until([&] {
    for (std::size_t i = 0; i < 5; ++i)
      if (!w.client(i).confirmed()) return false;
    return true;
  }));
  std::size_t retried = 0;
  for (std::size_t i = 0; i < 5; ++i) retried += w.client(i).retried() ? 1 : 0;
  CHECK(retried == 3);
}
