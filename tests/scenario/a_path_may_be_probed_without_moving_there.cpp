// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a path may be probed without moving there", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  wire_tap tap{w};
  auto const other = w.open_local(role::client, socket_address::v4(10, 0, 0, 77, 7000));
  auto const path = w.client().probe(other);
  REQUIRE(path);
  REQUIRE(w.run_until([&] { return w.client().count(connection_event::kind::path_validated) == 1; }));
  REQUIRE(w.transfer(role::server, 100'000));
  w.advance(10s);
  CHECK(w.client().statistics().migrations == 0);
  CHECK(w.server().statistics().migrations == 0);
  CHECK(w.server().path().remote == world::client_address());
  // Nothing but probes went there, in few and full datagrams.
  auto const probing = [&](seen_packet const& p) {
    for (auto const& f : p.frames)
      if (!wire::is_probing(static_cast<std::uint64_t>(f.type))) return false;
    return true;
  };
  for (auto const side : {role::client, role::server})
    for (auto const& p : w.sent(side, [](seen_packet const& each) { return each.path != 0; })) {
      CHECK(probing(p));
      CHECK(p.size == 1200);
    }
  CHECK(tap.bytes_to(other) <= 4 * 1200);
  // It stays ready: moving there takes no more asking.
  auto const id = w.client().migrate(other);
  REQUIRE(id);
  CHECK(*id == *path);
  CHECK(w.client().path().local == other);
  CHECK(w.transfer(role::client, 50'000));
  CHECK(w.server().path().remote == other);
}
