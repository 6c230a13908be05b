// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a server that closes during the handshake is understood", "[scenario][rfc9000]") {
  world w;
  auto& client = w.connect();
  w.advance(12ms);
  REQUIRE(w.count(role::server) == 1);
  w.server().close(42, "a secret");
  w.serve();
  // The server's flight arrives first, then the close at the levels that the client can read by then.
  w.advance(30ms);
  REQUIRE(client.ended);
  CHECK(client.ended->origin == event::close_origin::peer);
  CHECK((client.ended->code == static_cast<std::uint64_t>(error_code::application_error) ||
         (client.ended->application && client.ended->code == 42)));
}
