// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <quoin/crypto/botan/certificate.hpp>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

botan_pair run(botan_settings const& client, botan_settings const& server, std::string name = "localhost") {
  auto pair = joined(client, server, std::move(name));
  pair.run();
  return pair;
}

botan_settings trusting(self_signed_certificate const& certificate) {
  auto settings = client_settings();
  settings.ca_pem = certificate.certificate_pem;
  return settings;
}

botan_settings serving(self_signed_certificate const& certificate) {
  return server_settings({certificate.certificate_pem, certificate.private_key_pem});
}

}  // namespace

TEST_CASE("a certificate for another name is refused", "[crypto_handshake][rfc9001][cve_class_verification_skipped]") {
  auto const certificate = test_authority().issue("example.org");
  auto const pair = run(client_settings(), server_settings(certificate), "example.com");
  CHECK(pair.code() == tls_code(alert::bad_certificate));
  CHECK(pair.client.error);
  CHECK(pair.client.engine.failure_detail().find("example.com") != std::string_view::npos);
  CHECK_FALSE(pair.client.find_secret(encryption_level::one_rtt, key_direction::seal));
}

TEST_CASE("a wildcard stands for one label", "[crypto_handshake][rfc9525]") {
  auto const server = server_settings(test_authority().issue("*.example.org"));
  CHECK(run(client_settings(), server, "www.example.org").succeeded());
  CHECK(run(client_settings(), server, "WWW.Example.org").succeeded());
  CHECK(run(client_settings(), server, "example.org").code() == tls_code(alert::bad_certificate));
  CHECK(run(client_settings(), server, "a.b.example.org").code() == tls_code(alert::bad_certificate));
}

TEST_CASE("a certificate out of its time is refused", "[crypto_handshake][rfc9001]") {
  for (auto const when : {validity::expired, validity::not_yet}) {
    auto const certificate = test_authority().issue("localhost", key_kind::ecdsa_p256, when);
    CHECK(run(client_settings(), server_settings(certificate)).code() == tls_code(alert::certificate_expired));
  }
}

TEST_CASE("a certificate of an unknown authority is refused",
          "[crypto_handshake][rfc9001][cve_class_verification_skipped]") {
  authority const another;
  auto const pair = run(client_settings(), server_settings(another.issue("localhost")));
  CHECK(pair.code() == tls_code(alert::unknown_ca));
  CHECK_FALSE(pair.client.complete());
}

TEST_CASE("a self-signed certificate is refused unless it is trusted itself", "[crypto_handshake]") {
  auto const certificate = make_self_signed_certificate({"localhost", "127.0.0.1", "::1"});
  REQUIRE(certificate);
  CHECK(run(client_settings(), serving(*certificate)).code() == tls_code(alert::unknown_ca));

  auto const pair = run(trusting(*certificate), serving(*certificate));
  REQUIRE(pair.succeeded());
  REQUIRE(pair.client.engine.peer());
  CHECK(pair.client.engine.peer()->sha256_fingerprint == certificate->sha256_fingerprint);
  CHECK(pair.client.engine.peer()->subject.find("localhost") != std::string::npos);
  CHECK_FALSE(pair.server.engine.peer());
}

TEST_CASE("IP addresses are verified like names", "[crypto_handshake][rfc9525]") {
  auto const certificate = make_self_signed_certificate({"127.0.0.1", "::1"});
  REQUIRE(certificate);
  for (auto const* const name : {"127.0.0.1", "::1", "0:0:0:0:0:0:0:1"})
    CHECK(run(trusting(*certificate), serving(*certificate), name).succeeded());
  for (auto const* const name : {"127.0.0.2", "::2", "localhost", "1"})
    CHECK(run(trusting(*certificate), serving(*certificate), name).code() == tls_code(alert::bad_certificate));
}

TEST_CASE("a DNS name does not vouch for an address", "[crypto_handshake][rfc9525][cve_class_verification_skipped]") {
  auto const pair = run(client_settings(), server_settings(), "127.0.0.1");
  CHECK(pair.code() == tls_code(alert::bad_certificate));
}

TEST_CASE("verification can be switched off, and only it", "[crypto_handshake][cve_class_verification_skipped]") {
  authority const another;
  auto settings = client_settings();
  settings.dangerously_skip_certificate_verification = true;
  auto const server = server_settings(another.issue("whoever", key_kind::ecdsa_p256, validity::expired));
  CHECK(run(settings, server).succeeded());
  CHECK(run(settings, server, "").succeeded());

  // A server must still own the key of the certificate that it shows (TLS-level proof).
  auto pair = joined(settings, server);
  pair.tamper = [](role, encryption_level, byte_vector& bytes) {
    if (bytes[0] == 15) bytes.back() ^= 1;
  };
  pair.run();
  CHECK(pair.code() == tls_code(alert::decrypt_error));
}

TEST_CASE("a client without a name to verify does not start", "[crypto_handshake][rfc9001]") {
  auto pair = joined(client_settings(), server_settings(), "");
  pair.run();
  CHECK(pair.code() == tls_code(alert::internal_error));
  CHECK(pair.client.said.empty());
}

TEST_CASE("a server without a certificate does not start", "[crypto_handshake]") {
  auto pair = joined(client_settings(), client_settings());
  CHECK_FALSE(pair.server.begin());
  CHECK_FALSE(made(client_settings())->has_certificate());
  CHECK(made(server_settings())->has_certificate());
}

TEST_CASE("a server may require a certificate of its clients", "[crypto_handshake][rfc8446]") {
  auto server = server_settings();
  server.client_auth = client_authentication::require;
  server.ca_pem = test_authority().pem();
  auto client = client_settings();

  SECTION("none is sent") {
    CHECK(run(client, server).code() == tls_code(alert::certificate_required));
  }
  SECTION("a good one is sent") {
    auto const own = test_authority().issue("client.example");
    client.certificate_chain_pem = own.chain_pem;
    client.private_key_pem = own.key_pem;
    auto const pair = run(client, server);
    REQUIRE(pair.succeeded());
    REQUIRE(pair.server.engine.peer());
    CHECK(pair.server.engine.peer()->subject.find("client.example") != std::string::npos);
  }
  SECTION("one of a stranger is sent, which no opt-out of the server's excuses") {
    authority const another;
    auto const own = another.issue("client.example");
    client.certificate_chain_pem = own.chain_pem;
    client.private_key_pem = own.key_pem;
    server.dangerously_skip_certificate_verification = true;
    CHECK(run(client, server).code() == tls_code(alert::unknown_ca));
  }
}
