// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("an address that only copies packets gets little and is left again",
          "[scenario][rfc9000][cve_class_raced_copies]") {
  world w;
  REQUIRE(w.establish());
  auto const attacker = socket_address::v4(192, 0, 2, 66, 666);
  w.network().bind(w.network().add_host("attacker"), attacker, [](sim::datagram&&) {});
  // The attacker is faster: its copy of one packet comes first.
  std::size_t copied = 0;
  std::size_t sent_there = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (copied != 0) return {};
    copied = d.bytes.size();
    d.path.local = attacker;
    return {};
  });
  auto const host = static_cast<sim::host_id>(2);
  w.network()
      .connect(static_cast<sim::host_id>(1), host, {})
      .on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
        sent_there += d.bytes.size();
        return {};
      });
  auto const id = w.start(w.client(), stream_direction::bidirectional, 20'000);
  auto& party = w.client();
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].ends > 0; }));
  w.advance(5s);
  CHECK(copied > 0);
  CHECK(sent_there > 0);
  CHECK(sent_there <= 3 * copied);
  CHECK(w.got(w.server(), id, 20'000));
  // RFC 9000 9.3: what is shown to the application is where the peer was proven to be.
  CHECK(w.server().path().remote == world::client_address());
  CHECK(w.server().count(connection_event::kind::path_changed) == 0);
  CHECK_FALSE(party.closing());
  CHECK(w.transfer(role::server, 50'000));
}
