// SPDX-License-Identifier: BSL-1.0
#include "../../conformance/resumption.hpp"
#include "botan_support.hpp"

using namespace quoin;
using namespace quoin::testing;

namespace {

botan_settings resuming_settings(resuming_server const& asked = {}) {
  auto settings = server_settings();
  settings.alpn = asked.alpn;
  settings.sessions.secrets = {session_secret{asked.secret}};
  settings.sessions.early_data = asked.early_data;
  settings.sessions.context = asked.context;
  settings.sessions.replay = asked.replay;
  return settings;
}

}  // namespace

TEST_CASE("the Botan handshake resumes sessions as every handshake that does must", "[crypto_handshake][rfc9001]") {
  check_resumption<botan_handshake>(
      {made(client_settings()), [](resuming_server const& asked) { return made(resuming_settings(asked)); }});
}

TEST_CASE("sessions of every suite and group can be resumed early", "[crypto_handshake][rfc9001]") {
  for (auto const suite :
       {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384, cipher_suite::chacha20_poly1305_sha256})
    for (auto const group : {key_group::x25519, key_group::secp384r1, key_group::x25519_ml_kem_768}) {
      auto client = client_settings();
      client.suites = {suite};
      client.offered_shares = {group};
      resuming_server asked;
      asked.replay = [](early_data_claim const&) { return true; };
      auto const server = made(resuming_settings(asked));
      pair_options options;
      options.now = long_ago;
      options.server_parameters = encoded_parameters(7);
      botan_pair first{made(client), server, options};
      first.run();
      REQUIRE(first.succeeded());
      options.session = session_of(first);
      options.early_data = true;
      botan_pair second{made(client), server, options};
      second.run();
      REQUIRE(second.succeeded());
      CHECK(second.client.find(handshake_output::kind::early_accepted));
      CHECK(second.client.secret(encryption_level::early_data, key_direction::seal) ==
            second.server.secret(encryption_level::early_data, key_direction::open));
      byte_vector ours(32);
      byte_vector theirs(32);
      REQUIRE(second.client.engine.export_keying_material("EXPORTER-test", {}, ours));
      REQUIRE(second.server.engine.export_keying_material("EXPORTER-test", {}, theirs));
      CHECK(ours == theirs);
      // Who the server is was proven the first time.
      REQUIRE(second.client.engine.peer());
      CHECK(second.client.engine.peer()->sha256_fingerprint == first.client.engine.peer()->sha256_fingerprint);
      check_silence_behind(first);
      check_silence_behind(second);
      CHECK_FALSE(second.server.sent(encryption_level::one_rtt).empty());
      // No certificate is sent again.
      for (auto const& output : second.server.said)
        if (output.what == handshake_output::kind::send) CHECK(output.bytes[0] != 11);
    }
}

TEST_CASE("a HelloRetryRequest resumes, and rejects early data", "[crypto_handshake][rfc8446]") {
  resuming_server asked;
  asked.replay = [](early_data_claim const&) { return true; };
  pair_options options;
  options.now = long_ago;
  options.server_parameters = encoded_parameters(7);
  botan_pair first{made(client_settings()), made(resuming_settings(asked)), options};
  first.run();
  options.session = session_of(first);
  options.early_data = true;
  auto other_group = resuming_settings(asked);
  other_group.groups = other_group.offered_shares = {key_group::secp384r1};
  botan_pair second{made(client_settings()), made(other_group), options};
  second.run();
  REQUIRE(second.succeeded());
  CHECK(second.client.engine.resumed());
  CHECK(second.client.find(handshake_output::kind::early_rejected));
  CHECK_FALSE(second.server.find_secret(encryption_level::early_data, key_direction::open));
  // What comes of it is a session like any other.
  options.session = session_of(second);
  botan_pair third{made(client_settings()), made(resuming_settings(asked)), options};
  third.run();
  REQUIRE(third.succeeded());
  CHECK(third.client.find(handshake_output::kind::early_accepted));
}

TEST_CASE("a session is bound to how clients prove who they are",
          "[crypto_handshake][rfc8446][cve_class_ticket_of_another_server]") {
  auto client = client_settings();
  auto const identity = test_authority().issue("client");
  client.certificate_chain_pem = identity.chain_pem;
  client.private_key_pem = identity.key_pem;
  auto strict = resuming_settings();
  strict.client_auth = client_authentication::require;
  strict.ca_pem = test_authority().pem();
  pair_options options;
  options.now = long_ago;
  SECTION("an open server's ticket opens no strict server") {
    botan_pair first{made(client), made(resuming_settings()), options};
    first.run();
    options.session = session_of(first);
    botan_pair second{made(client), made(strict), options};
    second.run();
    REQUIRE(second.succeeded());
    CHECK_FALSE(second.server.engine.resumed());
    CHECK(second.server.engine.peer());
  }
  SECTION("a strict server knows its client again") {
    auto const server = made(strict);
    botan_pair first{made(client), server, options};
    first.run();
    REQUIRE(first.succeeded());
    options.session = session_of(first);
    botan_pair second{made(client), server, options};
    second.run();
    REQUIRE(second.succeeded());
    CHECK(second.server.engine.resumed());
    REQUIRE(second.server.engine.peer());
    CHECK(second.server.engine.peer()->sha256_fingerprint == first.server.engine.peer()->sha256_fingerprint);
  }
}

TEST_CASE("settings of sessions that make no sense are refused in a sentence", "[crypto_handshake]") {
  auto settings = server_settings();
  SECTION("lifetime") {
    settings.sessions.lifetime = std::chrono::hours{24 * 8};
  }
  SECTION("no lifetime") {
    settings.sessions.lifetime = std::chrono::seconds{0};
  }
  SECTION("too many tickets") {
    settings.sessions.tickets = 11;
  }
  SECTION("early data without sessions") {
    settings.sessions.tickets = 0;
    settings.sessions.early_data = true;
  }
  auto const refused = make_botan_config(settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("sessions.") == 0);
}

TEST_CASE("secrets of early handshakes are logged for captures", "[crypto_handshake]") {
  resuming_server asked;
  asked.replay = [](early_data_claim const&) { return true; };
  std::string log;
  auto client = client_settings();
  client.key_log = [&](std::string_view line) { log.append(line).append("\n"); };
  pair_options options;
  options.now = long_ago;
  options.server_parameters = encoded_parameters(7);
  auto const server = made(resuming_settings(asked));
  botan_pair first{made(client), server, options};
  first.run();
  options.session = session_of(first);
  options.early_data = true;
  log.clear();
  botan_pair second{made(client), server, options};
  second.run();
  REQUIRE(second.succeeded());
  for (std::string_view const label :
       {"CLIENT_EARLY_TRAFFIC_SECRET ", "CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
        "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 ", "EXPORTER_SECRET "})
    CHECK(log.find(label) != std::string::npos);
}
