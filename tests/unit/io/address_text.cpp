// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/address_text.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <stdexcept>

using quoin::parse_address;
using quoin::socket_address;
using quoin::to_string;

TEST_CASE("addresses are read as they are written", "[io]") {
  CHECK(parse_address("192.0.2.1:443") == socket_address::v4(192, 0, 2, 1, 443));
  CHECK(parse_address("0.0.0.0:0") == socket_address::v4(0, 0, 0, 0, 0));
  CHECK(parse_address("255.255.255.255:65535") == socket_address::v4(255, 255, 255, 255, 65535));
  CHECK(parse_address("[::1]:4433") == socket_address::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 4433));
  CHECK(parse_address("[fe80::2%3]:1") ==
        socket_address::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, 1, 3));
  CHECK(parse_address("[::ffff:192.0.2.1]:443") == socket_address::v4(192, 0, 2, 1, 443));
}

TEST_CASE("what is not exactly an address is not read", "[io]") {
  for (char const* text : {"",
                           ":",
                           ":443",
                           "192.0.2.1",
                           "192.0.2.1:",
                           "192.0.2.1:65536",
                           "192.0.2.1:-1",
                           "192.0.2.1:+1",
                           "192.0.2.1: 1",
                           "192.0.2.1:1 ",
                           " 192.0.2.1:1",
                           "192.0.2:1",
                           "192.0.2.256:1",
                           "192.0.2.1.5:1",
                           "localhost:443",
                           "::1:443",
                           "[::1]",
                           "[::1]443",
                           "[]:443",
                           "[:443",
                           "]:443",
                           "[192.0.2.1]:443",
                           "[::1]:",
                           "[::1%]:1",
                           "[::1%lo]:1",
                           "[[::1]]:1",
                           "[::1]]:1",
                           "192.0.2.1:443:444",
                           "0x7f.0.0.1:1"}) {
    INFO(text);
    CHECK_FALSE(parse_address(text));
  }
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_address("192.0.2.1\0x:443"sv));
}

TEST_CASE("what is written is read back the same", "[io]") {
  for (char const* text : {"192.0.2.1:443", "[::]:0", "[::1]:65535", "[2001:db8::1]:80", "[fe80::1%2]:443"}) {
    auto const address = parse_address(text);
    REQUIRE(address);
    CHECK(to_string(*address) == text);
  }
  CHECK(to_string(socket_address{}) == "(none)");
}

TEST_CASE("host and port come apart without a look at the host", "[io]") {
  auto const name = quoin::split_host_and_port("example.org:443");
  REQUIRE(name);
  CHECK(name->host == "example.org");
  CHECK(name->port == 443);
  auto const v6 = quoin::split_host_and_port("[2001:db8::1]:80");
  REQUIRE(v6);
  CHECK(v6->host == "2001:db8::1");
  CHECK_FALSE(quoin::split_host_and_port("example.org"));
  CHECK_FALSE(quoin::split_host_and_port("2001:db8::1:80"));
}

TEST_CASE("numeric hosts resolve to themselves", "[io]") {
  CHECK(quoin::resolve("127.0.0.1", 4433) == std::vector{socket_address::v4(127, 0, 0, 1, 4433)});
  CHECK(quoin::resolve("::1", 443) == std::vector{*parse_address("[::1]:443")});
  auto const addresses = quoin::resolve("localhost", 80);
  REQUIRE_FALSE(addresses.empty());
  CHECK(std::all_of(addresses.begin(), addresses.end(), [](auto const& a) { return a.known() && a.port == 80; }));
}

TEST_CASE("a host that does not resolve is named in the error", "[io]") {
  std::string const impossible(70, 'x');  // no label of a name is longer than 63
  try {
    static_cast<void>(quoin::resolve(impossible, 1));
    FAIL("resolved");
  } catch (std::runtime_error const& error) {
    CHECK(std::string{error.what()}.find("cannot resolve " + impossible + ": ") == 0);
  }
}
