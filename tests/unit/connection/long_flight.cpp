// SPDX-License-Identifier: BSL-1.0
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("pacing holds back handshake packets no longer than it must", "[connection][rfc9002]") {
  auto const crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"lab"};
  crypto->server_flight_padding = 34'000;
  lab<test_stack> lab{{.one_way_delay = 100ms, .client_crypto = crypto, .server_crypto = crypto}};
  auto const begun = lab.now();
  REQUIRE(lab.establish());
  // 3, 10 and 20 packets are in flight one after another, and the client's end takes two more crossings.
  INFO((lab.now() - begun) / 1ms);
  CHECK(lab.now() - begun < 850ms);
}

namespace {

struct jumbo_stack : test_stack {
  static constexpr stack_options options{.datagram_size = 60'000};
};

}  // namespace

TEST_CASE("a client's Handshake packet is no longer than its Length can say", "[connection][rfc9000]") {
  auto const crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"lab"};
  crypto->client_flight_padding = 50'000;
  transport_settings settings;
  settings.datagram_size = 60'000;
  settings.discover_mtu = false;
  lab<jumbo_stack> lab{{.client = settings, .server = settings, .client_crypto = crypto, .server_crypto = crypto}};
  std::size_t largest = 0;
  lab.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    largest = std::max(largest, d.bytes.size());
    return {};
  });
  REQUIRE(lab.establish());
  CHECK(largest > 16'383);
  CHECK_FALSE(lab.client().closing());
}
