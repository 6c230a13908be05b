// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <utility>
#include <vector>

TEST_CASE("a copied number with a wrong tag is a forgery and no duplicate", "[scenario][rfc9001]") {
  world w;
  REQUIRE(w.establish());
  std::vector<sim::datagram> copies;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    copies.push_back(d);
    return {};
  });
  REQUIRE(w.transfer(role::client, 5000));
  w.settle();
  REQUIRE(copies.size() > 3);
  auto const before = w.dropped(role::server, event::drop_reason::duplicate);
  // RFC 9001 9.5: that a number was used before is nothing that a forger may learn, so it is looked at behind the tag.
  auto const sent = std::exchange(copies, {});
  for (auto const& each : sent) {
    auto forged = each.bytes;
    forged.back() ^= 1;
    w.forge(role::client, each.path.local, each.path.remote, std::move(forged));
  }
  w.settle();
  CHECK(w.dropped(role::server, event::drop_reason::decryption_failure) == sent.size());
  CHECK(w.dropped(role::server, event::drop_reason::duplicate) == before);
  for (auto const& each : sent) w.forge(role::client, each.path.local, each.path.remote, each.bytes);
  w.settle();
  CHECK(w.dropped(role::server, event::drop_reason::duplicate) == before + sent.size());
}
