// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's endpoint with real TLS over the loopback interface, served by one thread in turns.
#pragma once

#include <quoin/ambient/steady_clock.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <memory>
#include <string_view>

namespace quoin::testing {

using namespace std::chrono_literals;

struct tls_stack : test_stack {
  using io = udp;
  using clock = steady_clock;
  using crypto = botan_crypto;
  using entropy = system_entropy;
};
static_assert(stack_config<tls_stack>);

using connection_type = connection<tls_stack>;
using endpoint_type = endpoint<tls_stack>;
using kind = connection_event::kind;

inline self_signed_certificate const& certificate() {
  static auto const made = make_self_signed_certificate({"server.test"});
  return *made;
}

/// Trusts the one certificate, and has it.
inline botan_settings tls_settings() {
  botan_settings settings;
  settings.alpn = {"test"};
  settings.system_trust = false;
  settings.ca_pem = certificate().certificate_pem;
  settings.certificate_chain_pem = certificate().certificate_pem;
  settings.private_key_pem = certificate().private_key_pem;
  return settings;
}

inline endpoint_config<tls_stack> on_loopback(botan_settings const& settings, bool accept) {
  auto const crypto = make_botan_config(settings);
  REQUIRE(crypto);
  endpoint_config<tls_stack> config;
  config.io.bind = socket_address::v4(127, 0, 0, 1, 0);
  config.crypto = *crypto;
  config.accept = accept;
  return config;
}

/// Counts, and answers each stream with what it said.
struct counting {
  static constexpr bool takes_stream_data = true;
  std::size_t connected = 0;
  std::size_t closed = 0;
  std::size_t heard = 0;
  close_info ended;  ///< the newest of those that were closed
  bool echoes = false;

  void on_event(connection_type& on, connection_event const& event) {
    if (event.what == kind::connected) ++connected;
    if (event.what != kind::closed) return;
    ++closed;
    ended = *on.close_reason();
  }
  std::size_t on_stream_data(connection_type& from, stream_id id, byte_view bytes, bool fin) {
    heard += bytes.size();
    if (echoes) static_cast<void>(from.write(id, bytes));
    if (echoes && fin) static_cast<void>(from.finish(id));
    return bytes.size();
  }
};

struct couple {
  explicit couple(botan_settings const& of_server, botan_settings const& of_client = tls_settings())
      : server(std::make_unique<endpoint_type>(on_loopback(of_server, true))),
        client(std::make_unique<endpoint_type>(on_loopback(of_client, false))) {
    at_server.echoes = true;
  }

  connection_type& connect(std::string name = "server.test") {
    return client->connect(server->local_address(), std::move(name));
  }

  /// Turns both until `done`, or for so long that it will never be.
  template <class Done>
  bool turn_until(Done done) {
    for (auto turns = 0; turns < 2000 && !done(); ++turns) {
      client->turn(at_client, 1ms);
      if (server) server->turn(at_server, 1ms);
    }
    return done();
  }

  /// That the client has got and not used.
  [[nodiscard]] std::size_t sessions() const {
    std::size_t count = 0;
    client->sessions().for_each([&](client_session const&) { ++count; });
    return count;
  }

  void say(connection_type& on, std::string_view words) {
    auto const id = on.open(stream_direction::bidirectional);
    REQUIRE(id);
    REQUIRE(on.write(*id, as_bytes(words)));
    REQUIRE(on.finish(*id));
    client->touch(on);
  }

  counting at_server;
  counting at_client;
  std::unique_ptr<endpoint_type> server;
  std::unique_ptr<endpoint_type> client;
};

}  // namespace quoin::testing
