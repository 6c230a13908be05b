// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("datagrams with a clients initial are full sized", "[scenario][rfc9000]") {
  world w;
  std::vector<std::size_t> sizes;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (begins_with(d, packet_kind::initial)) sizes.push_back(d.bytes.size());
    return {};
  });
  REQUIRE(w.establish());
  REQUIRE_FALSE(sizes.empty());
  // RFC 9000 14.1
  for (auto const size : sizes) CHECK(size >= 1200);
}
