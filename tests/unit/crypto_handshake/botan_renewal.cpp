// SPDX-License-Identifier: BSL-1.0
// Credentials that change while connections live.
#include "botan_support.hpp"

#include <catch2/matchers/catch_matchers_string.hpp>

#include <atomic>
#include <thread>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

std::shared_ptr<botan_config> renewable(botan_settings const& settings) {
  auto const config = make_botan_config(settings);
  REQUIRE(config);
  return *config;
}

botan_pair run(botan_config_pointer const& client, botan_config_pointer const& server,
               pair_options const& options = {}) {
  botan_pair pair{client, server, options};
  pair.run();
  return pair;
}

}  // namespace

TEST_CASE("renewed credentials are for handshakes that begin later", "[crypto_handshake]") {
  authority const next;
  auto const server = renewable(server_settings());
  auto const client = renewable(client_settings());
  botan_pair begun{client, server};  // neither side has said anything
  auto renewed = server_settings(next.issue("localhost"));
  REQUIRE(server->renew(renewed));

  begun.run();
  CHECK(begun.succeeded());
  CHECK(run(client, server).code() == tls_code(alert::unknown_ca));
  auto trusting = client_settings();
  trusting.ca_pem = next.pem();
  REQUIRE(client->renew(trusting));
  CHECK(run(client, server).succeeded());
}

TEST_CASE("credentials that cannot be read change nothing", "[crypto_handshake]") {
  auto const server = renewable(server_settings());
  auto broken = server_settings();
  broken.private_key_pem = test_authority().issue("localhost").key_pem;
  auto const outcome = server->renew(broken);
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error(), Catch::Matchers::ContainsSubstring("does not belong to the first certificate"));
  CHECK(server->has_certificate());
  CHECK(run(made(client_settings()), server).succeeded());
}

TEST_CASE("what was verified by old authorities counts for nothing under new ones",
          "[crypto_handshake][cve_class_verification_skipped]") {
  authority const another;
  auto const client = renewable(client_settings());
  auto const server = made(server_settings());
  auto const first = run(client, server);
  REQUIRE(first.succeeded());
  auto distrusting = client_settings();
  distrusting.ca_pem = another.pem();
  REQUIRE(client->renew(distrusting));
  CHECK(run(client, server).code() == tls_code(alert::unknown_ca));
  // Nor does a session, in which the server shows no certificate.
  pair_options options;
  options.session = session_of(first);
  CHECK(run(client, server, options).code() == tls_code(alert::unknown_ca));
}

TEST_CASE("a session that began without verification is none for who verifies",
          "[crypto_handshake][cve_class_verification_skipped]") {
  auto credulous = client_settings();
  credulous.dangerously_skip_certificate_verification = true;
  authority const another;
  auto const server = made(server_settings(another.issue("localhost")));
  auto const first = run(made(credulous), server);
  pair_options options;
  options.session = session_of(first);
  CHECK(run(made(credulous), server, options).client.engine.resumed());
  CHECK(run(made(client_settings()), server, options).code() == tls_code(alert::unknown_ca));
}

TEST_CASE("sessions outlive a renewal that keeps the key, and no other",
          "[crypto_handshake][rfc8446][cve_class_ticket_of_another_server]") {
  auto settings = server_settings();
  auto const server = renewable(settings);
  auto const client = made(client_settings());
  pair_options options;
  options.session = session_of(run(client, server));
  SECTION("the same key") {
    REQUIRE(server->renew(settings));
    CHECK(run(client, server, options).client.engine.resumed());
  }
  SECTION("another key") {
    REQUIRE(server->renew(server_settings(test_authority().issue("localhost"))));
    auto const pair = run(client, server, options);
    CHECK(pair.succeeded());
    CHECK_FALSE(pair.client.engine.resumed());
  }
  SECTION("another identity for another name beside it") {
    settings.more_identities.push_back(as_identity(test_authority().issue("other.test")));
    REQUIRE(server->renew(settings));
    CHECK(run(client, server, options).client.engine.resumed());
  }
  SECTION("clients have to prove who they are now") {
    settings.client_auth = client_authentication::require;
    settings.client_ca_pem = test_authority().pem();
    REQUIRE(server->renew(settings));
    CHECK(run(client, server, options).code() == tls_code(alert::certificate_required));
  }
}

TEST_CASE("one thread renews while others shake hands", "[crypto_handshake][threads]") {
  auto const server = renewable(server_settings());
  auto const client = renewable(client_settings());
  std::atomic<bool> done{false};
  std::thread renewing{[&] {
    while (!done) {
      static_cast<void>(server->renew(server_settings()));
      static_cast<void>(client->renew(client_settings()));
    }
  }};
  auto succeeded = 0;
  for (auto i = 0; i < 20; ++i) succeeded += run(client, server).succeeded() ? 1 : 0;
  done = true;
  renewing.join();
  CHECK(succeeded == 20);
}
