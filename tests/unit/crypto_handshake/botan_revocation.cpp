// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace quoin;
using namespace quoin::testing;
using Catch::Matchers::ContainsSubstring;
using tls::alert;

namespace {

botan_settings knowing(std::string lists, revocation_check how = revocation_check::soft) {
  auto settings = client_settings();
  settings.crl_pem = std::move(lists);
  settings.revocation = how;
  return settings;
}

std::uint64_t outcome(botan_settings const& client, botan_settings const& server = server_settings()) {
  auto pair = joined(client, server);
  pair.run();
  CHECK(pair.succeeded() == (pair.code() == 0));
  return pair.code();
}

constexpr auto soft = revocation_check::soft;
constexpr auto hard = revocation_check::hard;

}  // namespace

TEST_CASE("a revoked server is refused", "[crypto_handshake][rfc5280]") {
  for (auto const how : {soft, hard}) {
    auto const list = test_authority().revocation_list({localhost_certificate()});
    CHECK(outcome(knowing(list, how)) == tls_code(alert::certificate_revoked));
    CHECK(outcome(knowing(list, how), server_settings(test_authority().issue("localhost"))) == 0);
  }
}

TEST_CASE("an outdated list still revokes, but vouches for nobody", "[crypto_handshake][rfc5280]") {
  for (auto const when : {validity::expired, validity::not_yet}) {
    auto const revoked = test_authority().revocation_list({localhost_certificate()}, when);
    CHECK(outcome(knowing(revoked, soft)) == tls_code(alert::certificate_revoked));
    auto const empty = test_authority().revocation_list({}, when);
    CHECK(outcome(knowing(empty, soft)) == 0);
    CHECK(outcome(knowing(empty, hard)) == tls_code(alert::certificate_unknown));
  }
}

TEST_CASE("a list says nothing of another authority's certificates", "[crypto_handshake][rfc5280]") {
  // Its authority has the same name as ours, but another key, so that its signature is none of ours.
  authority const another;
  auto const forged = another.revocation_list({localhost_certificate()});
  CHECK(outcome(knowing(forged, soft)) == 0);
  CHECK(outcome(knowing(forged, hard)) == tls_code(alert::certificate_unknown));
  // It does not spoil what a good one says.
  auto const both = forged + test_authority().revocation_list({});
  CHECK(outcome(knowing(both, hard)) == 0);
  CHECK(outcome(knowing(forged + test_authority().revocation_list({localhost_certificate()}), hard)) ==
        tls_code(alert::certificate_revoked));
}

TEST_CASE("a revoked client is refused, and its sessions are", "[crypto_handshake][rfc5280]") {
  auto const own = test_authority().issue("client.example");
  auto client = client_settings();
  static_cast<tls_identity&>(client) = as_identity(own);
  auto asking = server_settings();
  asking.client_auth = client_authentication::require;
  asking.client_ca_pem = test_authority().pem();
  auto const server = make_botan_config(asking);
  REQUIRE(server);
  botan_pair first{made(client), *server};
  first.run();
  REQUIRE(first.succeeded());

  asking.crl_pem = test_authority().revocation_list({own});
  CHECK(outcome(client, asking) == tls_code(alert::certificate_revoked));
  REQUIRE((*server)->renew(asking));
  pair_options options;
  options.session = session_of(first);
  botan_pair second{made(client), *server, options};
  second.run();
  CHECK(second.code() == tls_code(alert::certificate_revoked));
}

TEST_CASE("a client that learns that its server is revoked does not resume", "[crypto_handshake][rfc5280]") {
  auto const server = made(server_settings());
  auto const client = make_botan_config(client_settings());
  REQUIRE(client);
  botan_pair first{*client, server};
  first.run();
  REQUIRE((*client)->renew(knowing(test_authority().revocation_list({localhost_certificate()}))));
  pair_options options;
  options.session = session_of(first);
  botan_pair second{*client, server, options};
  second.run();
  CHECK(second.code() == tls_code(alert::certificate_revoked));
}

TEST_CASE("lists come from files, as PEM or DER", "[crypto_handshake]") {
  auto const path = (std::filesystem::temp_directory_path() / "quoin_test_revoked.crl").string();
  auto const pem = test_authority().revocation_list({localhost_certificate()});
  for (auto const& text : {pem, as_der(pem)}) {
    std::ofstream{path, std::ios::binary} << text;
    auto settings = client_settings();
    settings.crl_files = {path};
    CHECK(outcome(settings) == tls_code(alert::certificate_revoked));
  }
  std::remove(path.c_str());
}

TEST_CASE("lists that cannot be used are refused with the reason", "[crypto_handshake]") {
  auto const problem = [](botan_settings const& settings) {
    auto const config = make_botan_config(settings);
    return config ? std::string{} : config.error();
  };
  CHECK_THAT(problem(knowing("hello")), ContainsSubstring("crl_pem holds no revocation list"));
  auto settings = client_settings();
  settings.crl_files = {"/nowhere/revoked.crl"};
  CHECK_THAT(problem(settings), ContainsSubstring("/nowhere/revoked.crl") && ContainsSubstring("No such file"));
  auto const list = test_authority().revocation_list({});
  CHECK_THAT(problem(knowing(list.substr(0, list.size() - 40))), ContainsSubstring("middle of a revocation list"));
}

// ---- stapled responses (RFC 8446 4.4.2.1)

namespace {

botan_settings stapling(std::string response, issued_certificate const& certificate = localhost_certificate()) {
  auto settings = server_settings(certificate);
  settings.ocsp_response_der = std::move(response);
  return settings;
}

}  // namespace

TEST_CASE("a stapled response vouches for a certificate, or revokes it", "[crypto_handshake][rfc8446]") {
  auto const& mine = localhost_certificate();
  CHECK(outcome(knowing("", hard)) == tls_code(alert::certificate_unknown));
  CHECK(outcome(knowing("", hard), stapling(test_authority().ocsp_response(mine, false))) == 0);
  for (auto const how : {soft, hard})
    CHECK(outcome(knowing("", how), stapling(test_authority().ocsp_response(mine, true))) ==
          tls_code(alert::certificate_revoked));
  // A list that says that it is revoked is not outvoted.
  CHECK(outcome(knowing(test_authority().revocation_list({mine}), soft),
                stapling(test_authority().ocsp_response(mine, false))) == tls_code(alert::certificate_revoked));
}

TEST_CASE("a stapled response that proves nothing is as good as none", "[crypto_handshake][rfc8446]") {
  auto const& mine = localhost_certificate();
  authority const another;
  auto const other_certificate = test_authority().issue("localhost");
  for (auto const& response :
       {test_authority().ocsp_response(mine, false, validity::expired),
        test_authority().ocsp_response(mine, false, validity::not_yet), another.ocsp_response(mine, false),
        test_authority().ocsp_response(other_certificate, false)}) {
    CHECK(outcome(knowing("", hard), stapling(response)) == tls_code(alert::certificate_unknown));
    CHECK(outcome(knowing("", soft), stapling(response)) == 0);
  }
  CHECK(outcome(knowing("", soft), stapling(another.ocsp_response(mine, true))) == 0);
}

TEST_CASE("what rests on a stapled response is not remembered without it", "[crypto_handshake][rfc8446]") {
  auto const client = made(knowing("", hard));
  botan_pair first{client, made(stapling(test_authority().ocsp_response(localhost_certificate(), false)))};
  first.run();
  REQUIRE(first.succeeded());
  CHECK(client->remembered_chains().entries == 0);
  botan_pair second{client, made(server_settings())};
  second.run();
  CHECK(second.code() == tls_code(alert::certificate_unknown));
}

TEST_CASE("a response that cannot be stapled is refused with the reason", "[crypto_handshake]") {
  auto const config = make_botan_config(stapling("hello"));
  REQUIRE_FALSE(config);
  CHECK_THAT(config.error(), ContainsSubstring("OCSP response") && ContainsSubstring("cannot be parsed"));
}
