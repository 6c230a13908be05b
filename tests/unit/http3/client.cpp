// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/client.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

TEST_CASE("the host of an authority is what is left without port and brackets", "[http3]") {
  CHECK(http3::host_of("a.test") == "a.test");
  CHECK(http3::host_of("a.test:8443") == "a.test");
  CHECK(http3::host_of("192.0.2.1:443") == "192.0.2.1");
  CHECK(http3::host_of("[::1]") == "::1");
  CHECK(http3::host_of("[2001:db8::1]:443") == "2001:db8::1");
  CHECK(http3::host_of("2001:db8::1") == "2001:db8::1");
}

TEST_CASE("a client verifies the host that it asks, whatever its port", "[http3][api]") {
  http3::client_config<test_stack> config;
  config.endpoint.io.bind = socket_address::v4(10, 0, 0, 1, 5000);
  config.endpoint.crypto = std::make_shared<test_stack::crypto::handshake::config>();
  http3::client<test_stack> client{config};
  for (auto const* authority : {"[::1]:443", "a.test:8443", "b.test"})
    client.connect(socket_address::v4(10, 0, 0, 2, 443), authority);
  std::vector<std::string> names;
  client.endpoint().for_each_connection([&](auto const& one) { names.push_back(one.server_name()); });
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"::1", "a.test", "b.test"});
}
