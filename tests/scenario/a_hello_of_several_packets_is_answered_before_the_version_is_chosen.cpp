// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a hello of several packets is answered before the version is chosen", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.client = likes_v2, .hello_padding = 3000}};
  // The last part of the hello is late: until then the server acknowledges in the version that it has seen.
  w.uplink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.later = n == 3 ? 300ms : 0ms}; });
  std::vector<std::uint8_t> versions;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if ((d.bytes[0] & 0x80) != 0) versions.push_back(d.bytes[4]);
    return {};
  });
  REQUIRE(w.establish());
  REQUIRE(versions.size() > 1);
  CHECK(versions.front() == 0x01);
  CHECK(versions.back() == 0xcf);
  CHECK(w.client().spoken() == version::v2);
}
