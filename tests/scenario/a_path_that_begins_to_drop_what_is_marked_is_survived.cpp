// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a path that begins to drop what is marked is survived", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 100'000));
  REQUIRE(w.sent_with(role::client, frame_type::stream).back().mark == ecn::ect0);
  for (auto* const link : {&w.uplink(), &w.downlink()})
    link->on_each([](sim::datagram& d, std::uint64_t) -> sim::verdict { return {.drop = d.mark != ecn::not_ect}; });
  // The third probe in a row goes without a mark, and what the marks are good for is found out anew.
  CHECK(w.transfer(role::client, 300'000, 120s));
  CHECK(w.transfer(role::server, 300'000, 120s));
  w.settle();
  CHECK(w.sent(role::client).back().mark == ecn::not_ect);
  CHECK(w.sent(role::server).back().mark == ecn::not_ect);
}
