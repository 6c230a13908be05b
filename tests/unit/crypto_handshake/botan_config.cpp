// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <quoin/crypto/botan/certificate.hpp>

#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace quoin;
using namespace quoin::testing;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string problem_with(botan_settings const& settings) {
  auto const config = make_botan_config(settings);
  return config ? "" : config.error();
}

class temporary_file {
 public:
  explicit temporary_file(std::string const& name, std::string const& text = {})
      : path_((std::filesystem::temp_directory_path() / ("quoin_test_config_" + name)).string()) {
    std::ofstream{path_} << text;
  }
  ~temporary_file() { std::remove(path_.c_str()); }
  [[nodiscard]] std::string const& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("keys, certificates and authorities come from files, too", "[crypto_handshake]") {
  temporary_file const chain{"chain.pem", localhost_certificate().chain_pem};
  temporary_file const key{"key.pem", encrypted_key_pem(localhost_certificate().key_pem, "secret")};
  temporary_file const authorities{"ca.pem", test_authority().pem()};
  botan_settings server;
  server.alpn = {"test/1"};
  server.certificate_chain_file = chain.path();
  server.private_key_file = key.path();
  server.private_key_password = "secret";
  auto client = client_settings();
  client.ca_pem.clear();
  client.ca_file = authorities.path();

  auto pair = joined(client, server);
  pair.run();
  CHECK(pair.succeeded());

  server.private_key_password = "guessed";
  CHECK_THAT(problem_with(server), ContainsSubstring(key.path()) && ContainsSubstring("wrong private_key_password"));
  server.private_key_password = "";
  CHECK_THAT(problem_with(server), ContainsSubstring(key.path()) && ContainsSubstring("is encrypted"));
}

TEST_CASE("a file that is not there is named", "[crypto_handshake]") {
  auto settings = server_settings();
  SECTION("certificate") {
    settings.certificate_chain_pem.clear();
    settings.certificate_chain_file = "/nowhere/it.pem";
  }
  SECTION("key") {
    settings.private_key_pem.clear();
    settings.private_key_file = "/nowhere/it.pem";
  }
  SECTION("authorities") {
    settings.ca_file = "/nowhere/it.pem";
  }
  SECTION("key log") {
    settings.key_log_file = "/nowhere/it.pem";
  }
  CHECK_THAT(problem_with(settings),
             ContainsSubstring("/nowhere/it.pem") && ContainsSubstring("No such file or directory"));
}

TEST_CASE("credentials that do not fit are refused with the reason", "[crypto_handshake]") {
  auto settings = server_settings();
  auto const& pem = localhost_certificate().chain_pem;
  SECTION("key of another certificate") {
    settings.private_key_pem = test_authority().issue("localhost").key_pem;
    CHECK_THAT(problem_with(settings), ContainsSubstring("does not belong to the first certificate"));
  }
  SECTION("key without certificate") {
    settings.certificate_chain_pem.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("without its certificate"));
  }
  SECTION("certificate without key") {
    settings.private_key_pem.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("without its private key"));
  }
  SECTION("no certificate in the text") {
    settings.certificate_chain_pem = "hello";
    CHECK_THAT(problem_with(settings), ContainsSubstring("holds no certificate in PEM"));
  }
  SECTION("half a certificate") {
    settings.certificate_chain_pem = pem.substr(0, pem.size() - 100);
    CHECK_THAT(problem_with(settings), ContainsSubstring("ends in the middle of a certificate"));
  }
  SECTION("garbage between the markers") {
    settings.certificate_chain_pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    CHECK_THAT(problem_with(settings), ContainsSubstring("certificate 1 cannot be parsed"));
  }
  SECTION("a key of a form that is not read") {
    settings.private_key_pem = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    CHECK_THAT(problem_with(settings), ContainsSubstring("openssl pkcs8"));
  }
  SECTION("a key of a kind that TLS cannot use here") {
    settings.private_key_pem = ed25519_key_pem();
    CHECK_THAT(problem_with(settings), ContainsSubstring("Ed25519") && ContainsSubstring("use ECDSA or RSA"));
  }
  SECTION("a certificate given twice") {
    settings.certificate_chain_file = "/nowhere/it.pem";
    CHECK_THAT(problem_with(settings), ContainsSubstring("given twice"));
  }
}

TEST_CASE("choices that cannot work are refused with the reason", "[crypto_handshake]") {
  auto settings = client_settings();
  SECTION("no application protocol") {
    settings.alpn.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("alpn is empty"));
  }
  SECTION("an empty application protocol") {
    settings.alpn = {""};
    CHECK_THAT(problem_with(settings), ContainsSubstring("1 to 255"));
  }
  SECTION("an application protocol of 256 bytes") {
    settings.alpn = {std::string(256, 'x')};
    CHECK_THAT(problem_with(settings), ContainsSubstring("1 to 255"));
  }
  SECTION("an application protocol of 255 bytes is fine") {
    settings.alpn = {std::string(255, 'x')};
    CHECK(problem_with(settings).empty());
  }
  SECTION("no suite") {
    settings.suites.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("suites is empty"));
  }
  SECTION("no group") {
    settings.groups.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("groups is empty"));
  }
  SECTION("a share of a group that is not supported") {
    settings.groups = {key_group::x25519};
    settings.offered_shares = {key_group::secp256r1};
    CHECK_THAT(problem_with(settings), ContainsSubstring("secp256r1") && ContainsSubstring("not in groups"));
  }
  SECTION("nobody to trust") {
    settings.ca_pem.clear();
    CHECK_THAT(problem_with(settings), ContainsSubstring("no authority is trusted"));
  }
  SECTION("client certificates with nothing to check them against") {
    settings = server_settings();
    settings.client_auth = client_authentication::require;
    CHECK_THAT(problem_with(settings), ContainsSubstring("client_auth") && ContainsSubstring("client_ca_file"));
  }
}

TEST_CASE("a certificate needs a name that is one", "[crypto_handshake]") {
  CHECK_FALSE(make_self_signed_certificate({}));
  CHECK_FALSE(make_self_signed_certificate({"not a name"}));
}
