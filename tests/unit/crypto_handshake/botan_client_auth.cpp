// SPDX-License-Identifier: BSL-1.0
// Clients that prove who they are (RFC 8446 4.3.2).
#include "botan_support.hpp"

#include <algorithm>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

/// The authority that clients are vouched for by is not the servers'.
authority const& client_authority() {
  static authority const made{"quoin test authority of clients"};
  return made;
}

botan_settings asking(client_authentication how) {
  auto settings = server_settings();
  settings.client_auth = how;
  settings.client_ca_pem = client_authority().pem();
  settings.ca_pem = test_authority().pem();
  return settings;
}

botan_settings client_with(issued_certificate const& certificate) {
  auto settings = client_settings();
  static_cast<tls_identity&>(settings) = as_identity(certificate);
  return settings;
}

botan_pair run(botan_settings const& client, botan_settings const& server) {
  auto pair = joined(client, server);
  pair.run();
  return pair;
}

constexpr auto request = client_authentication::request;
constexpr auto require = client_authentication::require;

}  // namespace

TEST_CASE("a server that only requests certificates lets strangers in as such", "[crypto_handshake][rfc8446]") {
  auto const pair = run(client_settings(), asking(request));
  REQUIRE(pair.succeeded());
  CHECK_FALSE(pair.server.engine.peer());
  // CertificateRequest was sent, and an empty Certificate in answer.
  CHECK(pair.client.sent(encryption_level::handshake)[0] == 11);
}

TEST_CASE("a server sees its client's certificates", "[crypto_handshake][rfc8446]") {
  for (auto const how : {request, require}) {
    auto const own = client_authority().issue("client.example");
    auto const pair = run(client_with(own), asking(how));
    REQUIRE(pair.succeeded());
    auto const who = pair.server.engine.peer();
    REQUIRE(who);
    CHECK(who->subject.find("client.example") != std::string::npos);
    CHECK(who->sha256_fingerprint.size() == 32 * 3 - 1);
    REQUIRE(who->chain.size() == 1);
    CHECK(who->chain.front().at(0) == 0x30);
    REQUIRE(pair.client.engine.peer());
    CHECK(pair.client.engine.peer()->chain.size() == 1);
    // It is asked for them in the handshake, and never behind it.
    auto const flight = types_of(pair.server, encryption_level::handshake);
    CHECK(std::count(flight.begin(), flight.end(), 13) == 1);
    check_silence_behind(pair);
  }
}

TEST_CASE("a client without a certificate is turned away where one is required",
          "[crypto_handshake][rfc8446][cve_class_client_authentication]") {
  auto const pair = run(client_settings(), asking(require));
  CHECK(pair.code() == tls_code(alert::certificate_required));
  CHECK(pair.server.error);
  CHECK_FALSE(pair.server.complete());
}

TEST_CASE("a bad client certificate is refused even where none is needed",
          "[crypto_handshake][rfc8446][cve_class_client_authentication]") {
  authority const stranger;
  for (auto const how : {request, require}) {
    CHECK(run(client_with(stranger.issue("client")), asking(how)).code() == tls_code(alert::unknown_ca));
    auto const expired = client_authority().issue("client", key_kind::ecdsa_p256, validity::expired);
    CHECK(run(client_with(expired), asking(how)).code() == tls_code(alert::certificate_expired));
    // Whom servers are vouched for by says nothing of clients.
    CHECK(run(client_with(test_authority().issue("client")), asking(how)).code() == tls_code(alert::unknown_ca));
  }
}

TEST_CASE("a client that does not own the key of its certificate is refused",
          "[crypto_handshake][rfc8446][cve_class_client_authentication]") {
  auto pair = joined(client_with(client_authority().issue("client")), asking(require));
  pair.tamper = [](role from, encryption_level, byte_vector& bytes) {
    if (from == role::client && bytes[0] == 15) bytes.back() ^= 1;
  };
  pair.run();
  CHECK(pair.code() == tls_code(alert::decrypt_error));
  CHECK(pair.server.error);
}

TEST_CASE("a client shows the identity whose authority the server names", "[crypto_handshake][rfc8446]") {
  auto client = client_with(test_authority().issue("not-this-one"));
  client.more_identities.push_back(as_identity(client_authority().issue("this-one")));
  auto const pair = run(client, asking(require));
  REQUIRE(pair.succeeded());
  CHECK(pair.server.engine.peer()->subject.find("this-one") != std::string::npos);
}

TEST_CASE("client keys of every kind can be used", "[crypto_handshake]") {
  for (auto const kind : {key_kind::ecdsa_p256, key_kind::ecdsa_p384, key_kind::rsa_2048})
    CHECK(run(client_with(client_authority().issue("client", kind)), asking(require)).succeeded());
}

TEST_CASE("a resumed client is who it was, for as long as its certificate is good",
          "[crypto_handshake][rfc8446][cve_class_ticket_of_another_server]") {
  auto const server = made(asking(require));
  auto const client = made(client_with(client_authority().issue("client.example")));
  pair_options options;
  options.now =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()).time_since_epoch() + wall_time{};
  botan_pair first{client, server, options};
  first.run();
  REQUIRE(first.succeeded());
  options.session = session_of(first);
  auto const again = [&] {
    botan_pair pair{client, server, options};
    pair.run();
    REQUIRE(pair.succeeded());
    REQUIRE(pair.server.engine.peer());
    CHECK(pair.server.engine.peer()->sha256_fingerprint == first.server.engine.peer()->sha256_fingerprint);
    CHECK(pair.server.engine.peer()->subject == first.server.engine.peer()->subject);
    return pair.server.engine.resumed();
  };
  CHECK(again());
  // A client without any certificate now has its session still, which it alone could have.
  botan_pair without{made(client_settings()), server, options};
  without.run();
  CHECK(without.server.engine.resumed());
}

TEST_CASE("no session leads around client authentication under another name",
          "[crypto_handshake][rfc8446][cve_class_ticket_of_another_server]") {
  // Two servers that share their secrets, of which one lets everybody in.
  session_secret const shared{42};
  auto open = server_settings(test_authority().issue_for({"open.test", "closed.test"}));
  open.sessions.secrets = {shared};
  auto closed = open;
  closed.client_auth = require;
  closed.client_ca_pem = client_authority().pem();
  auto const client = made(client_settings());
  for (auto const* const name : {"open.test", "closed.test"}) {
    pair_options options;
    options.name = name;
    botan_pair first{client, made(open), options};
    first.run();
    REQUIRE(first.succeeded());
    options.session = session_of(first);
    botan_pair second{client, made(closed), options};
    second.run();
    CHECK(second.code() == tls_code(alert::certificate_required));
  }
  // Requesting is another thing than requiring.
  auto asks = closed;
  asks.client_auth = request;
  pair_options options;
  options.name = "open.test";
  botan_pair first{client, made(asks), options};
  first.run();
  REQUIRE(first.succeeded());
  options.session = session_of(first);
  botan_pair second{client, made(closed), options};
  second.run();
  CHECK(second.code() == tls_code(alert::certificate_required));
}

TEST_CASE("a session of one name is none under another of the same server",
          "[crypto_handshake][rfc8446][cve_class_ticket_of_another_server]") {
  auto settings = server_settings(test_authority().issue("one.test"));
  settings.more_identities.push_back(as_identity(test_authority().issue("two.test")));
  auto const server = made(settings);
  auto const client = made(client_settings());
  pair_options options;
  options.name = "one.test";
  botan_pair first{client, server, options};
  first.run();
  auto session = session_of(first);
  // A client that is asked to lie about the name of its session.
  auto const from = std::string{"one.test"};
  auto const at = std::search(session.begin(), session.end(), from.begin(), from.end());
  REQUIRE(at != session.end());
  std::copy_n("two.test", from.size(), at);
  options.session = session;
  options.name = "two.test";
  botan_pair second{client, server, options};
  second.run();
  REQUIRE(second.succeeded());
  CHECK_FALSE(second.server.engine.resumed());
  CHECK(showed(second, "two.test"));
}
