// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a datagram that ends in a wrong token resets nothing", "[scenario][rfc9000]") {
  world w;
  std::vector<std::uint8_t> like;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (begins_with(d, packet_kind::one_rtt)) like = d.bytes;
    return {};
  });
  REQUIRE(w.establish());
  w.settle();
  like.resize(60, 0);
  for (std::size_t i = 20; i < like.size(); ++i) like[i] = static_cast<std::uint8_t>(i * 7);
  w.forge(role::server, world::server_address(), world::client_address(), like);
  // RFC 9000 10.3.1: a token that was never given, not even all zero, means nothing.
  std::fill(like.end() - 16, like.end(), std::uint8_t{0});
  w.forge(role::server, world::server_address(), world::client_address(), like);
  w.settle();
  CHECK(w.dropped(role::client, event::drop_reason::decryption_failure) == 2);
  CHECK_FALSE(w.client().ended);
  CHECK(w.transfer(role::server, 1'000));
}
