// SPDX-License-Identifier: BSL-1.0
#include "../../conformance/handshake.hpp"
#include "botan_support.hpp"

#ifdef BOTAN_VERSION_MAJOR
#error "the public headers must not bring Botan's along when the library is compiled separately"
#endif

using namespace quoin;
using namespace quoin::testing;

namespace {

handshake_models<botan_handshake> models() {
  auto stranger = client_settings();
  stranger.alpn = {"nothing else"};
  return {made(client_settings()), made(server_settings()), made(stranger)};
}

}  // namespace

TEST_CASE("the Botan handshake agrees as every handshake must", "[crypto_handshake][rfc9001]") {
  check_agreement(models());
}

TEST_CASE("the Botan handshake refuses what every handshake must", "[crypto_handshake][rfc9001]") {
  check_refusals(models());
}

TEST_CASE("every cipher suite can be agreed on", "[crypto_handshake][rfc9001]") {
  for (auto const suite :
       {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384, cipher_suite::chacha20_poly1305_sha256}) {
    auto settings = client_settings();
    settings.suites = {suite};
    auto pair = joined(settings);
    pair.run();
    REQUIRE(pair.succeeded());
    CHECK(pair.client.engine.suite() == suite);
    CHECK(pair.server.said[*pair.server.find_secret(encryption_level::one_rtt, key_direction::seal)].suite == suite);
  }
}

TEST_CASE("the server's order of cipher suites decides", "[crypto_handshake]") {
  auto settings = server_settings();
  settings.suites = {cipher_suite::chacha20_poly1305_sha256, cipher_suite::aes_128_gcm_sha256};
  auto pair = joined(client_settings(), settings);
  pair.run();
  REQUIRE(pair.succeeded());
  CHECK(pair.client.engine.suite() == cipher_suite::chacha20_poly1305_sha256);
}

TEST_CASE("no cipher suite or group in common is a handshake failure", "[crypto_handshake][rfc8446]") {
  auto client = client_settings();
  auto server = server_settings();
  SECTION("suite") {
    client.suites = {cipher_suite::aes_128_gcm_sha256};
    server.suites = {cipher_suite::aes_256_gcm_sha384};
  }
  SECTION("group") {
    client.groups = client.offered_shares = {key_group::x25519};
    server.groups = server.offered_shares = {key_group::secp256r1};
  }
  auto pair = joined(client, server);
  pair.run();
  CHECK(pair.code() == tls_code(tls::alert::handshake_failure));
}

TEST_CASE("every group works when its share is offered, without a retry", "[crypto_handshake]") {
  for (auto const group :
       {key_group::x25519, key_group::secp256r1, key_group::secp384r1, key_group::x25519_ml_kem_768}) {
    auto settings = client_settings();
    settings.offered_shares = {group};
    auto pair = joined(settings);
    pair.run();
    REQUIRE(pair.succeeded());
    auto const hello = pair.client.sent(encryption_level::initial);
    CHECK((hello.size() > 1200) == (group == key_group::x25519_ml_kem_768));
    CHECK(hello.size() == 4U + 256U * hello[2] + hello[3]);  // one ClientHello only
  }
}

TEST_CASE("a server takes the first of its groups whose share was sent", "[crypto_handshake]") {
  auto client = client_settings();
  client.offered_shares = {key_group::x25519, key_group::secp256r1};
  auto server = server_settings();
  server.groups = {key_group::secp384r1, key_group::secp256r1, key_group::x25519};
  server.offered_shares = {key_group::secp256r1};
  auto pair = joined(client, server);
  pair.run();
  REQUIRE(pair.succeeded());
  byte_vector const chosen{0, 51, 0, 69, 0, 23, 0, 65};  // key_share, with a point on P-256
  auto const answer = pair.server.sent(encryption_level::initial);
  CHECK(std::search(answer.begin(), answer.end(), chosen.begin(), chosen.end()) != answer.end());
}

TEST_CASE("a HelloRetryRequest leads to a second hello and to success",
          "[crypto_handshake][rfc8446][cve_class_parameters_twice]") {
  auto server = server_settings();
  server.groups = server.offered_shares = {key_group::secp384r1};
  auto pair = joined(client_settings(), server);
  SECTION("in whole messages") {}
  SECTION("byte by byte") {
    pair.chunk = 1;
  }
  pair.run();
  REQUIRE(pair.succeeded());
  std::size_t hellos = 0;
  std::size_t parameters = 0;
  for (auto const& output : pair.client.said)
    if (output.what == handshake_output::kind::send && output.bytes[0] == 1) ++hellos;
  for (auto const& output : pair.server.said)
    if (output.what == handshake_output::kind::peer_parameters) ++parameters;
  CHECK(hellos == 2);
  CHECK(parameters == 1);
  CHECK(pair.client.secret(encryption_level::one_rtt, key_direction::open) ==
        pair.server.secret(encryption_level::one_rtt, key_direction::seal));
}

TEST_CASE("a second hello with other transport parameters ends the handshake", "[crypto_handshake][rfc8446]") {
  auto server = server_settings();
  server.groups = server.offered_shares = {key_group::secp384r1};
  auto pair = joined(client_settings(), server);
  int hellos = 0;
  pair.tamper = [&](role from, encryption_level, testing::byte_vector& bytes) {
    if (from != role::client || bytes[0] != 1 || ++hellos != 2) return;
    testing::byte_vector const parameters{1, 2, 3, 4};
    auto const at = std::search(bytes.begin(), bytes.end(), parameters.begin(), parameters.end());
    REQUIRE(at != bytes.end());
    *at = 9;
  };
  pair.run();
  CHECK(hellos == 2);
  CHECK(pair.failed());
  // What was said first is what the server has acted on.
  CHECK(pair.server.peer_parameters() == testing::byte_vector{1, 2, 3, 4});
}

TEST_CASE("RSA and P-384 certificates serve, too", "[crypto_handshake]") {
  for (auto const kind : {key_kind::rsa_2048, key_kind::ecdsa_p384}) {
    auto pair = joined(client_settings(), server_settings(test_authority().issue("localhost", kind)));
    pair.run();
    CHECK(pair.succeeded());
  }
}

TEST_CASE("both sides export the same keying material", "[crypto_handshake][rfc8446]") {
  auto pair = joined();
  byte_vector ours(40);
  byte_vector theirs(40);
  CHECK_FALSE(pair.client.engine.export_keying_material("EXPORTER-test", {}, ours));
  pair.run();
  REQUIRE(pair.succeeded());
  REQUIRE(pair.client.engine.export_keying_material("EXPORTER-test", as_bytes("context"), ours));
  REQUIRE(pair.server.engine.export_keying_material("EXPORTER-test", as_bytes("context"), theirs));
  CHECK(ours == theirs);
  REQUIRE(pair.server.engine.export_keying_material("EXPORTER-test", as_bytes("another"), theirs));
  CHECK(ours != theirs);
}

TEST_CASE("an IP address is not sent as a server name", "[crypto_handshake][rfc6066]") {
  auto settings = client_settings();
  settings.dangerously_skip_certificate_verification = true;
  auto pair = joined(settings, server_settings(), "127.0.0.1");
  pair.run();
  REQUIRE(pair.succeeded());
  CHECK(pair.server.engine.server_name().empty());
}

TEST_CASE("the root at the end of a chain is not sent", "[crypto_handshake]") {
  auto with_root = joined();
  with_root.run();
  auto leaf_only = localhost_certificate();
  leaf_only.chain_pem.resize(leaf_only.chain_pem.find("-----END CERTIFICATE-----") + 25);
  auto without = joined(client_settings(), server_settings(leaf_only));
  without.run();
  REQUIRE(with_root.succeeded());
  REQUIRE(without.succeeded());
  auto const certificate_of = [](botan_pair const& pair) {
    for (auto const& output : pair.server.said)
      if (output.what == handshake_output::kind::send && output.bytes[0] == 11) return output.bytes;
    return byte_vector{};
  };
  CHECK(certificate_of(with_root) == certificate_of(without));
}
