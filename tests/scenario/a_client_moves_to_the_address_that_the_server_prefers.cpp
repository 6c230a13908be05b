// SPDX-License-Identifier: BSL-1.0
#include "world/wire_tap.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {
auto const preferred = socket_address::v4(10, 0, 0, 200, 4443);
}

TEST_CASE("a client moves to the address that the server prefers", "[scenario][rfc9000]") {
  world w{{.preferred = {preferred, {}}}};
  wire_tap tap{w};
  REQUIRE(w.establish());
  REQUIRE(w.run_until([&] { return w.client().path().remote == preferred; }));
  auto const id = w.start(w.client(), stream_direction::bidirectional, 100'000);
  REQUIRE(w.run_until([&] { return w.server().in[id.value()].ends > 0; }));
  CHECK(w.server().path().local == preferred);
  w.advance(5s);
  tap.all.clear();
  CHECK(w.transfer(role::server, 100'000));
  CHECK(tap.bytes_from(world::server_address()) == 0);
  CHECK(tap.bytes_to(world::server_address()) == 0);
  for (bool const up : {true, false})
    for (auto const& [shown, ports] : tap.ports_by_id(up)) CHECK(ports.size() == 1);
  // RFC 9000 9.6.2: the server has looked for itself.
  auto const asked = w.sent_with(role::server, frame_type::path_challenge);
  CHECK_FALSE(asked.empty());
}

TEST_CASE("a preferred address that does not answer is not used",
          "[scenario][rfc9000][cve_class_preferred_address_forgery]") {
  world w{{.preferred = {preferred, {}}}};
  w.uplink().on_each(
      [&](sim::datagram& d, std::uint64_t) -> sim::verdict { return {.drop = d.path.remote == preferred}; });
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  REQUIRE(w.run_until([&] { return w.count_steps(role::client, event::path_step::failed) == 1; }));
  CHECK(w.client().path().remote == world::server_address());
  CHECK(w.transfer(role::server, 100'000));
}

TEST_CASE("a preferred address is for the connection that it was given to", "[scenario][rfc9000]") {
  world w{{.preferred = {preferred, {}}, .tickets = 1, .early_data = true}};
  std::size_t elsewhere = 0;
  std::size_t here = 0;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if ((d.bytes[0] & 0x80) != 0) ++(d.path.remote == preferred ? elsewhere : here);
    return {};
  });
  REQUIRE(w.establish());
  REQUIRE(w.run_until([&] { return w.client().path().remote == preferred; }));
  w.settle();
  // RFC 9000 9.6.2: others begin where the server is known to be, with or without what was remembered.
  for (bool const remembered : {false, true}) {
    here = 0;
    auto& another = remembered ? w.connect_early(1000) : w.connect();
    REQUIRE(w.run_until([&] { return another.confirmed(); }));
    CHECK(here > 0);
    CHECK(elsewhere == 0);
    REQUIRE(w.run_until([&] { return another.path().remote == preferred; }));
  }
}

TEST_CASE("a client may ignore the preferred address", "[scenario][rfc9000]") {
  transport_settings stays;
  stays.use_preferred_address = false;
  world w{{.client = stays, .preferred = {preferred, {}}}};
  wire_tap tap{w};
  REQUIRE(w.establish());
  CHECK(w.transfer(role::client, 100'000));
  w.advance(5s);
  CHECK(tap.bytes_to(preferred) == 0);
  CHECK(w.client().path().remote == world::server_address());
}

TEST_CASE("a preferred address that only the client could reach is ignored",
          "[scenario][rfc9000][cve_class_preferred_address_forgery]") {
  for (auto const& trap : {socket_address::v4(127, 0, 0, 1, 80), socket_address::v4(0, 0, 0, 0, 80),
                           socket_address::v4(224, 0, 0, 1, 80), socket_address::v4(169, 254, 1, 1, 80)}) {
    world w{{.preferred = {trap, {}}}};
    wire_tap tap{w};
    REQUIRE(w.establish());
    CHECK(w.transfer(role::client, 10'000));
    CHECK(tap.bytes_to(trap) == 0);
  }
}
