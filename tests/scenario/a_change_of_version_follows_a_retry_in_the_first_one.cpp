// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a change of version follows a retry in the first one", "[scenario][rfc9369]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  world w{{.client = likes_v2, .require_retry = true}};
  bool retry_in_v1 = false;
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) retry_in_v1 = begins_with(d, packet_kind::retry) && d.bytes[4] == 1;
    return {};
  });
  REQUIRE(w.establish());
  CHECK(retry_in_v1);
  CHECK(w.client().retried());
  CHECK(w.client().spoken() == version::v2);
  CHECK(w.transfer(role::client, 5'000));
}
