// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a stateless reset on a path that is tried is recognised", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  auto other = world::client_address();
  other.port = 6'000;
  other = w.open_local(role::client, other);
  w.restart_server();
  // What the server says of the path in use does not arrive.
  w.downlink().on_each([](sim::datagram& d, std::uint64_t) -> sim::verdict {
    return {.drop = d.path.remote == world::client_address()};
  });
  REQUIRE(w.client().probe(other));
  w.serve();
  w.advance(500ms);
  REQUIRE(w.client().ended);
  CHECK(w.client().ended->origin == event::close_origin::stateless_reset);
}
