// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client that closes during the handshake keeps its words to itself", "[scenario][rfc9000]") {
  world w;
  auto& client = w.connect();
  client.close(42, "a secret");
  w.advance(10ms);
  // RFC 9000 10.2.3: not an application's words where everybody can read them.
  REQUIRE(w.server().ended);
  CHECK_FALSE(w.server().ended->application);
  CHECK(w.server().ended->code == static_cast<std::uint64_t>(error_code::application_error));
  CHECK(w.server().ended->reason.empty());
  REQUIRE(client.ended);
  CHECK(client.ended->code == 42);
}
