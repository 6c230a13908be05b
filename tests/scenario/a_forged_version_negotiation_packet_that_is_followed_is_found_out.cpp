// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a forged version negotiation packet that is followed is found out", "[scenario][rfc9368]") {
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  likes_v2.first_version = version::v1;
  likes_v2.first_version = version::v2;
  world w{{.client = likes_v2}};
  std::vector<std::uint8_t> forged{0x80, 0, 0, 0, 0, 8};
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t n) -> sim::verdict {
    if (n == 1) {
      forged.insert(forged.end(), d.bytes.begin() + 15, d.bytes.begin() + 23);
      forged.push_back(8);
      forged.insert(forged.end(), d.bytes.begin() + 6, d.bytes.begin() + 14);
      forged.insert(forged.end(), {0, 0, 0, 1});
    }
    return {};
  });
  auto& client = w.connect();
  w.forge(role::server, world::server_address(), world::client_address(), forged);
  REQUIRE(w.run_until([&] { return client.ended.has_value(); }));
  CHECK(client.ended->code == static_cast<std::uint64_t>(error_code::version_negotiation_error));
  CHECK(client.ended->origin == event::close_origin::local);
  CHECK(client.count(connection_event::kind::connected) == 0);
}
