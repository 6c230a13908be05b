// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/spin_bit.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::role;
using quoin::spin_bit;

TEST_CASE("the client inverts the bit and the server returns it", "[path][rfc9000]") {
  spin_bit client;
  spin_bit server;
  client.begin(role::client, true, 1);
  server.begin(role::server, true, 1);
  bool previous = client.value();
  for (int round_trip = 0; round_trip < 4; ++round_trip) {
    server.on_received(client.value());
    CHECK(server.value() == client.value());
    client.on_received(server.value());
    CHECK(client.value() != previous);
    previous = client.value();
  }
}

TEST_CASE("one path in sixteen does not spin, and where it is not wanted none does", "[path][rfc9000]") {
  int spinning = 0;
  int ones = 0;
  for (std::uint64_t chance = 0; chance < 256; ++chance) {
    spin_bit wanted;
    wanted.begin(role::client, true, chance);
    spinning += wanted.spins() ? 1 : 0;
    spin_bit unwanted;
    unwanted.begin(role::client, false, chance);
    CHECK_FALSE(unwanted.spins());
    auto const value = unwanted.value();
    ones += value ? 1 : 0;
    unwanted.on_received(value);
    unwanted.on_received(!value);
    CHECK(unwanted.value() == value);
  }
  CHECK(spinning == 240);
  CHECK(ones == 128);
}
