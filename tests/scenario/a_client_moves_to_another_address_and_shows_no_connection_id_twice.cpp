// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a client moves to another address and shows no connection ID twice", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::bidirectional, 2'000'000);
  w.advance(50ms);
  wire_tap tap{w};
  auto const other = w.open_local(role::client, socket_address::v4(10, 0, 0, 77, 7000));
  auto const path = w.client().migrate(other);
  REQUIRE(path);
  REQUIRE(w.run_until([&] { return w.client().count(connection_event::kind::path_changed) == 1; }));
  CHECK(w.client().path().local == other);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].ends > 0; }));
  w.advance(5s);
  CHECK(w.got(w.server(), id, 2'000'000));
  CHECK(w.server().path().remote == other);
  CHECK(w.client().statistics().migrations == 1);
  CHECK(w.server().statistics().migrations == 1);
  // RFC 9000 9.5: in neither direction.
  for (bool const up : {true, false})
    for (auto const& [shown, ports] : tap.ports_by_id(up)) CHECK(ports.size() == 1);
  // RFC 9000 5.1.2: and those of the old path are given back.
  CHECK_FALSE(w.sent_with(role::client, frame_type::retire_connection_id).empty());
  CHECK_FALSE(w.sent_with(role::server, frame_type::retire_connection_id).empty());
  CHECK(w.transfer(role::server, 100'000));
}
