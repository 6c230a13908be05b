// SPDX-License-Identifier: BSL-1.0
#include "dial.hpp"
#include "failure.hpp"
#include "net_address.hpp"

#include <catch2/catch_test_macros.hpp>

using quoin::socket_address;

TEST_CASE("a listen address is an address or nothing, and a port", "[tool]") {
  CHECK(tool::parse_listen_address("127.0.0.1:4433") == socket_address::v4(127, 0, 0, 1, 4433));
  CHECK(tool::parse_listen_address("[::1]:0").family == quoin::address_family::v6);
  CHECK(tool::parse_listen_address(":4433") == socket_address::v6({}, 4433));
  for (auto const* const text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:65536", "::1:4433"}) {
    INFO(text);
    CHECK_THROWS_AS(tool::parse_listen_address(text), tool::failure);
  }
}

TEST_CASE("an address is shown as it is written", "[tool]") {
  for (auto const* const text : {"127.0.0.1:4433", "[::1]:443"})
    CHECK(tool::shown(tool::parse_listen_address(text)) == text);
}

TEST_CASE("a perf server is named by host and port", "[tool]") {
  auto const named = tool::parse_destination("[::1]:4433");
  CHECK(named.host == "::1");
  CHECK(named.port == 4433);
  CHECK(named.text() == "[::1]:4433");
  CHECK_THROWS_AS(tool::parse_destination("https://host:1/"), tool::failure);
  CHECK_THROWS_AS(tool::parse_destination("host:port"), tool::failure);
}

TEST_CASE("ciphers are known by short names only", "[tool]") {
  using quoin::cipher_suite;
  CHECK(tool::parse_suites("chacha20,aes128") ==
        std::vector{cipher_suite::chacha20_poly1305_sha256, cipher_suite::aes_128_gcm_sha256});
  CHECK(tool::parse_suites("").empty());
  CHECK_THROWS_AS(tool::parse_suites("des"), tool::failure);
}
