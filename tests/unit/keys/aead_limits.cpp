// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>

#include "packets.hpp"

namespace {

using namespace quoin;
using namespace quoin::test;

TEST_CASE("The limits of each suite stay within those of the specification", "[keys][rfc9001]") {
  for (auto const suite : {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384}) {
    CHECK(limits_of(suite).sealed < std::uint64_t{1} << 23);
    CHECK(limits_of(suite).forged <= std::uint64_t{1} << 52);
    CHECK(limits_of(suite).sealed_before_update < limits_of(suite).sealed);
  }
  CHECK(limits_of(cipher_suite::chacha20_poly1305_sha256).forged <= std::uint64_t{1} << 36);
}

TEST_CASE("A key update is due at its limit and its count starts again", "[keys][rfc9001]") {
  aead_limits const few{4, 8, 100};
  key_holder client(role::client, few);
  key_holder server(role::server, few);
  for (int i = 0; i < 3; ++i) REQUIRE(exchange(client, server));
  CHECK_FALSE(client.keys.update_due());
  REQUIRE(exchange(client, server));
  CHECK(client.keys.update_due());
  CHECK_FALSE(client.keys.exhausted());
  client.keys.update({});
  CHECK_FALSE(client.keys.update_due());
  for (int i = 0; i < 3; ++i) REQUIRE(exchange(client, server));
  CHECK_FALSE(client.keys.update_due());
  CHECK(client.keys.sealed() == 7);
}

TEST_CASE("A key that was used too often is exhausted when no update was possible", "[keys][rfc9001]") {
  key_holder client(role::client, {4, 8, 100});
  for (int i = 0; i < 7; ++i) client.send();
  CHECK(client.keys.update_due());
  CHECK_FALSE(client.keys.can_update());
  CHECK_FALSE(client.keys.exhausted());
  client.send();
  CHECK(client.keys.exhausted());
}

TEST_CASE("Forged packets are counted across key updates", "[keys][rfc9001]") {
  aead_limits const few{100, 100, 3};
  key_holder client(role::client, few);
  key_holder server(role::server, few);
  auto const forge = [&] {
    auto packet = client.send();
    packet.back() ^= 1;
    REQUIRE(server.receive(packet));
    REQUIRE(server.status == open_status::forged);
  };
  forge();
  REQUIRE(exchange(client, server));
  client.keys.update({});
  REQUIRE(exchange(client, server));
  forge();
  CHECK_FALSE(server.keys.exhausted());
  forge();
  CHECK(server.keys.exhausted());
  CHECK(server.keys.forged() == 3);
}

TEST_CASE("The other levels have limits too", "[keys][rfc9001]") {
  level_keys<null_protection> keys(aead_limits{2, 3, 2});
  keys.install(key_direction::seal, version::v1, test_suite, bytes(32, 1));
  keys.install(key_direction::open, version::v1, test_suite, bytes(32, 2));
  for (packet_number number = 0; number < 2; ++number) seal(keys, number);
  CHECK_FALSE(keys.exhausted());
  auto const stranger = seal(keys, 2);
  CHECK(keys.exhausted());

  level_keys<null_protection> opener(aead_limits{2, 3, 2});
  opener.install(key_direction::open, version::v1, test_suite, bytes(32, 2));
  open(opener, stranger);
  CHECK_FALSE(opener.exhausted());
  open(opener, stranger);
  CHECK(opener.exhausted());
}

}  // namespace
