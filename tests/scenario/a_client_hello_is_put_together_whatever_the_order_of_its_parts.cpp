// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client hello is put together whatever the order of its parts", "[scenario][rfc9000]") {
  world w{{.hello_padding = 3000}};
  w.uplink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == 1 ? 4ms : 0ms}; });
  auto& client = w.connect();
  REQUIRE(w.run_until([&] { return client.connected(); }));
  CHECK(w.now() <= 24ms);
}
