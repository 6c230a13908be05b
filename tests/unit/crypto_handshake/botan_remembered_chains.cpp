// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <algorithm>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

botan_pair run(botan_config_pointer const& client, botan_config_pointer const& server, std::string name = "localhost") {
  botan_pair pair{client, server, std::move(name)};
  pair.run();
  return pair;
}

}  // namespace

TEST_CASE("a chain is verified once and remembered", "[crypto_handshake]") {
  auto const client = made(client_settings());
  auto const server = made(server_settings());
  for (std::uint64_t earlier = 0; earlier < 3; ++earlier) {
    auto const pair = run(client, server);
    REQUIRE(pair.succeeded());
    REQUIRE(pair.client.engine.peer());
    CHECK(pair.client.engine.peer()->subject.find("localhost") != std::string::npos);
    CHECK(client->remembered_chains().misses == 1);
    CHECK(client->remembered_chains().hits == earlier);
  }
}

TEST_CASE("what is remembered of one configuration says nothing in another", "[crypto_handshake]") {
  auto const server = made(server_settings());
  auto const trusting = made(client_settings());
  auto stranger = client_settings();
  authority const another;
  stranger.ca_pem = another.pem();
  REQUIRE(run(trusting, server).succeeded());
  CHECK(run(made(stranger), server).code() == tls_code(alert::unknown_ca));
}

TEST_CASE("a chain verified for one name is not good for another", "[crypto_handshake]") {
  auto const client = made(client_settings());
  auto const server = made(server_settings());
  REQUIRE(run(client, server).succeeded());
  CHECK(run(client, server, "example.org").code() == tls_code(alert::bad_certificate));
  CHECK(client->remembered_chains().hits == 0);
  CHECK(client->remembered_chains().entries == 1);
}

TEST_CASE("a chain of which a byte differs is verified anew", "[crypto_handshake]") {
  auto const client = made(client_settings());
  auto const server = made(server_settings());
  REQUIRE(run(client, server).succeeded());

  // The last bytes of a Certificate message are the signature of its only certificate, and two of empty extensions.
  for (std::size_t const from_end : {3U, 20U, 60U}) {
    botan_pair pair{client, server};
    pair.tamper = [&](role, encryption_level, byte_vector& bytes) {
      if (bytes[0] == 11) bytes[bytes.size() - from_end] ^= 1;
    };
    pair.run();
    CHECK(pair.failed());
    CHECK(pair.client.error);
  }
  CHECK(client->remembered_chains().hits == 0);
}

TEST_CASE("a chain that was refused is not remembered", "[crypto_handshake]") {
  auto const client = made(client_settings());
  auto const expired =
      made(server_settings(test_authority().issue("localhost", key_kind::ecdsa_p256, validity::expired)));
  for (auto i = 0; i < 2; ++i) CHECK(run(client, expired).code() == tls_code(alert::certificate_expired));
  CHECK(client->remembered_chains().entries == 0);
}

TEST_CASE("a remembered chain does not excuse the proof of its key", "[crypto_handshake][rfc8446]") {
  auto const client = made(client_settings());
  auto const server = made(server_settings());
  REQUIRE(run(client, server).succeeded());
  botan_pair pair{client, server};
  pair.tamper = [](role, encryption_level, byte_vector& bytes) {
    if (bytes[0] == 15) bytes.back() ^= 1;
  };
  pair.run();
  CHECK(client->remembered_chains().hits == 1);
  CHECK(pair.code() == tls_code(alert::decrypt_error));
}

TEST_CASE("a client's chain is remembered by the server that asked for it", "[crypto_handshake]") {
  auto asking = server_settings();
  asking.client_auth = client_authentication::require;
  asking.ca_pem = test_authority().pem();
  auto showing = client_settings();
  auto const own = test_authority().issue("client.example");
  showing.certificate_chain_pem = own.chain_pem;
  showing.private_key_pem = own.key_pem;
  auto const server = made(asking);
  auto const client = made(showing);
  REQUIRE(run(client, server).succeeded());
  auto const pair = run(client, server);
  REQUIRE(pair.succeeded());
  CHECK(server->remembered_chains().hits == 1);
  CHECK(pair.server.engine.peer()->subject.find("client.example") != std::string::npos);
}

TEST_CASE("nothing is remembered where the settings say so", "[crypto_handshake]") {
  auto settings = client_settings();
  settings.remembered_chains = 0;
  auto const client = made(settings);
  auto const server = made(server_settings());
  for (auto i = 0; i < 2; ++i) REQUIRE(run(client, server).succeeded());
  CHECK(client->remembered_chains().hits == 0);
}
