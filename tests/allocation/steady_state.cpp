// SPDX-License-Identifier: BSL-1.0
// A packet of a connection in steady state costs no heap allocation, on either side, over real sockets and real crypto.
#include "counting_new.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/default.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>

using namespace quoin;

namespace {

using connection_type = connection<default_stack>;
std::array<std::uint8_t, 1 << 20> const zeros{};

/// Sends without end on the first stream that the client opens.
struct endless_server {
  static constexpr bool takes_stream_data = true;
  std::size_t on_stream_data(connection_type& from, stream_id id, byte_view bytes, bool fin) {
    if (fin) {
      stream = id;
      refill(from);
    }
    return bytes.size();
  }
  void on_event(connection_type& from, connection_event const& event) {
    if (event.what == connection_event::kind::connected) peer = &from;
  }
  void refill(connection_type& to) {
    while (to.unsent(*stream) < 8 * zeros.size()) REQUIRE(to.write(*stream, send_slice{zeros, nullptr}));
  }
  connection_type* peer = nullptr;
  std::optional<stream_id> stream;
};

struct counting_client {
  static constexpr bool takes_stream_data = true;
  std::size_t on_stream_data(connection_type&, stream_id, byte_view bytes, bool) {
    received += bytes.size();
    return bytes.size();
  }
  void on_event(connection_type& on, connection_event const& event) {
    if (event.what != connection_event::kind::connected) return;
    auto const id = on.open(stream_direction::bidirectional);
    REQUIRE(id);
    REQUIRE(on.write(*id, as_bytes("go")));
    REQUIRE(on.finish(*id));
  }
  byte_count received = 0;
};

struct loopback {
  loopback() : server(make_server()), client(make_client()) {
    connection = &client.connect(server.local_address(), "localhost");
  }

  static endpoint_config<default_stack> base(botan_settings settings) {
    settings.alpn = {"endless"};
    auto const config = make_botan_config(std::move(settings));
    REQUIRE(config);
    endpoint_config<default_stack> made;
    made.io.bind = socket_address::v4(127, 0, 0, 1, 0);
    made.crypto = *config;
    return made;
  }
  static endpoint_config<default_stack> make_server() {
    auto const certificate = make_self_signed_certificate({"localhost"});
    REQUIRE(certificate);
    botan_settings settings;
    settings.certificate_chain_pem = certificate->certificate_pem;
    settings.private_key_pem = certificate->private_key_pem;
    auto made = base(settings);
    made.accept = true;
    return made;
  }
  static endpoint_config<default_stack> make_client() {
    botan_settings settings;
    settings.dangerously_skip_certificate_verification = true;
    return base(settings);
  }

  void carry(byte_count until) {
    while (to_client.received < until) {
      REQUIRE_FALSE(connection->closing());
      server.turn(to_server, std::chrono::milliseconds{0});
      if (to_server.stream) {
        to_server.refill(*to_server.peer);
        server.touch(*to_server.peer);
      }
      client.turn(to_client, std::chrono::milliseconds{0});
    }
  }

  endpoint<default_stack> server;
  endpoint<default_stack> client;
  endless_server to_server;
  counting_client to_client;
  connection_type* connection = nullptr;
};

}  // namespace

TEST_CASE("a 1-RTT packet in steady state allocates nothing on either side", "[allocation]") {
  loopback link;
  link.carry(200'000'000);
  // A flight that is larger than any before makes room for itself once, whenever the machine lets it happen. What every
  // stretch of the transfer costs is what its packets cost.
  constexpr byte_count stretch = 100'000'000;
  auto least = ~std::uint64_t{0};
  for (int i = 0; i < 10 && least != 0; ++i) {
    auto const packets_before = link.connection->statistics().packets_received;
    auto const allocations_before = testing::heap_allocations();
    link.carry(link.to_client.received + stretch);
    least = std::min(least, testing::heap_allocations() - allocations_before);
    CHECK(link.connection->statistics().packets_received - packets_before > 50'000);
  }
  CHECK(least == 0);
}
