// SPDX-License-Identifier: BSL-1.0
// Which certificate a server shows under which name.
#include "botan_support.hpp"

#include <quoin/crypto/botan/certificate.hpp>

#include <catch2/matchers/catch_matchers_string.hpp>

using namespace quoin;
using namespace quoin::testing;
using Catch::Matchers::ContainsSubstring;
using tls::alert;

namespace {

botan_settings several() {
  auto settings = server_settings(test_authority().issue("first.test"));
  for (auto const& names : std::vector<std::vector<std::string>>{
           {"second.test", "also-second.test"}, {"*.wild.test", "wild.test"}, {"exact.wild.test"}})
    settings.more_identities.push_back(as_identity(test_authority().issue_for(names)));
  return settings;
}

botan_pair asking_for(std::string name, botan_config_pointer const& server, botan_settings client = client_settings()) {
  botan_pair pair{made(client), server, std::move(name)};
  pair.run();
  return pair;
}

/// Believes anybody, to see who it is.
botan_settings credulous() {
  auto settings = client_settings();
  settings.dangerously_skip_certificate_verification = true;
  return settings;
}

/// Changes the server name in a ClientHello to another one of the same length.
auto respelling(std::string from, std::string to) {
  return [from = std::move(from), to = std::move(to)](role sender, encryption_level, byte_vector& bytes) {
    if (sender != role::client || bytes[0] != 1) return;
    auto const at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
    REQUIRE(at != bytes.end());
    std::copy(to.begin(), to.end(), at);
  };
}

}  // namespace

TEST_CASE("a server shows the certificate that was asked for", "[crypto_handshake][rfc6066]") {
  auto const server = made(several());
  CHECK(showed(asking_for("first.test", server), "first.test"));
  CHECK(showed(asking_for("second.test", server), "second.test"));
  CHECK(showed(asking_for("also-second.test", server), "second.test"));
  CHECK(showed(asking_for("wild.test", server), "wild.test"));
  CHECK(showed(asking_for("any.wild.test", server), "*.wild.test"));
  CHECK(showed(asking_for("exact.wild.test", server), "exact.wild.test"));
  CHECK(asking_for("two.labels.wild.test", server).code() == tls_code(alert::bad_certificate));
}

TEST_CASE("a server name is known in any spelling",
          "[crypto_handshake][rfc6066][cve_class_server_name_spelling][cve_class_server_name_case]") {
  auto const server = made(several());
  auto const pair = asking_for("SECOND.Test", server);
  CHECK(showed(pair, "second.test"));
  CHECK(pair.server.engine.server_name() == "second.test");
  // Botan's client spells names properly; others may not. The transcripts differ then, but the choice was made.
  for (auto const& [asked, spelt] :
       {std::pair{"second.test", "SeCoND.tESt"}, std::pair{"second.testx", "second.test."}}) {
    botan_pair other{made(credulous()), server, asked};
    other.tamper = respelling(asked, spelt);
    other.run();
    CHECK(other.server.engine.server_name() == "second.test");
    CHECK(other.server.find_secret(encryption_level::handshake, key_direction::seal));
  }
}

TEST_CASE("who asks for a name that nobody has sees the first identity, or nobody", "[crypto_handshake][rfc6066]") {
  auto settings = several();
  CHECK(showed(asking_for("unknown.test", made(settings), credulous()), "first.test"));
  CHECK(asking_for("unknown.test", made(settings)).code() == tls_code(alert::bad_certificate));

  settings.refuse_unknown_names = true;
  auto const pair = asking_for("unknown.test", made(settings), credulous());
  CHECK(pair.code() == tls_code(alert::unrecognized_name));
  CHECK(pair.server.error);
  CHECK(pair.server.sent(encryption_level::handshake).empty());
  CHECK(showed(asking_for("any.wild.test", made(settings)), "*.wild.test"));
  CHECK(showed(asking_for("", made(settings), credulous()), "first.test"));
}

TEST_CASE("of several identities for a name the client gets one that it can verify", "[crypto_handshake][rfc8446]") {
  auto settings = server_settings(test_authority().issue("both.test", key_kind::rsa_2048));
  settings.more_identities.push_back(as_identity(test_authority().issue("both.test", key_kind::ecdsa_p256)));
  botan_pair pair{made(client_settings()), made(settings), "both.test"};
  // Of the schemes that the client can verify (RFC 8446 4.2.3) only those by ECDSA are left.
  pair.tamper = [](role from, encryption_level, byte_vector& bytes) {
    if (from != role::client || bytes[0] != 1) return;
    for (std::size_t i = 4; i + 4 < bytes.size(); ++i) {
      if (bytes[i] != 0 || bytes[i + 1] != 13) continue;
      auto const list_end = i + 4 + bytes[i + 3];
      for (auto at = i + 6; at + 1 < list_end; at += 2)
        if (bytes[at] == 8 || bytes[at + 1] == 1) bytes[at] = 0xfe, bytes[at + 1] = 0xfe;
      return;
    }
  };
  pair.run();
  // The server signs by ECDSA over a transcript that is not the client's.
  auto const sent = pair.server.sent(encryption_level::handshake);
  byte_vector const on_p256{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
  CHECK(std::search(sent.begin(), sent.end(), on_p256.begin(), on_p256.end()) != sent.end());
  CHECK(pair.client.error);
  CHECK_FALSE(pair.server.error);
  CHECK(showed(asking_for("both.test", made(settings)), "both.test"));
}

TEST_CASE("further identities that cannot be used are refused with their place", "[crypto_handshake]") {
  auto settings = several();
  auto const problem = [&] {
    auto const config = make_botan_config(settings);
    return config ? std::string{} : config.error();
  };
  CHECK(problem().empty());
  SECTION("no first one") {
    static_cast<tls_identity&>(settings) = {};
    CHECK_THAT(problem(), ContainsSubstring("more_identities[0]") && ContainsSubstring("no first identity"));
  }
  SECTION("an empty one") {
    settings.more_identities[1] = {};
    CHECK_THAT(problem(), ContainsSubstring("more_identities[1] is empty"));
  }
  SECTION("a key of another certificate") {
    settings.more_identities[0].private_key_pem = localhost_certificate().key_pem;
    CHECK_THAT(problem(), ContainsSubstring("does not belong to the first certificate"));
  }
  SECTION("a file that is not there") {
    settings.more_identities[2].private_key_pem.clear();
    settings.more_identities[2].private_key_file = "/nowhere/key.pem";
    CHECK_THAT(problem(), ContainsSubstring("/nowhere/key.pem") && ContainsSubstring("No such file"));
  }
  SECTION("no name to ask for") {
    auto const nameless = make_self_signed_certificate({"127.0.0.1"});
    settings.more_identities[0] = as_identity({nameless->certificate_pem, nameless->private_key_pem});
    CHECK_THAT(problem(), ContainsSubstring("more_identities[0]") && ContainsSubstring("subjectAltName"));
  }
}
