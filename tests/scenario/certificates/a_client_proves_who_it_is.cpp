// SPDX-License-Identifier: BSL-1.0
#include "certified_lab.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// What came of a client with this certificate, or none, at a server that wants those of `trusted`.
struct visit {
  bool let_in = false;
  std::uint64_t code = 0;  ///< that the server closed with
  std::string known_as;    ///< the fingerprint by which the server knows the client
};

visit visit_with(self_signed_certificate const* shown, self_signed_certificate const& trusted,
                 client_authentication wanted) {
  static auto const server_certificate = certificate_for({"server.test"});
  auto client = settings_of_an_end();
  client.ca_pem = server_certificate.certificate_pem;
  if (shown != nullptr) show(client, *shown);
  auto server = settings_of_an_end();
  show(server, server_certificate);
  server.client_auth = wanted;
  server.client_ca_pem = trusted.certificate_pem;
  lab_options<certified_stack> options;
  options.client_crypto = config_of(std::move(client));
  options.server_crypto = config_of(std::move(server));
  certified_lab lab{options};
  visit found;
  found.let_in = goes_well(lab, "server.test");
  if (lab.ended(role::server)) found.code = lab.ended(role::server)->code;
  if (found.let_in)
    if (auto const client_seen = lab.server().tls()->peer()) found.known_as = client_seen->sha256_fingerprint;
  return found;
}

constexpr std::uint64_t alert(std::uint64_t number) {
  return 0x100 + number;
}

}  // namespace

TEST_CASE("a client proves who it is", "[scenario][botan][rfc8446]") {
  auto const mine = certificate_for({"client.test"});
  for (auto const wanted : {client_authentication::require, client_authentication::request}) {
    auto const welcome = visit_with(&mine, mine, wanted);
    CHECK(welcome.let_in);
    CHECK(welcome.known_as == mine.sha256_fingerprint);
  }
}

TEST_CASE("a client without a certificate is let in only where it is merely asked", "[scenario][botan][rfc8446]") {
  auto const trusted = certificate_for({"client.test"});
  auto const stranger = visit_with(nullptr, trusted, client_authentication::request);
  CHECK(stranger.let_in);
  CHECK(stranger.known_as.empty());
  auto const refused = visit_with(nullptr, trusted, client_authentication::require);
  CHECK_FALSE(refused.let_in);
  CHECK(refused.code == alert(116));  // certificate_required
}

TEST_CASE("a client of another authority is turned away, asked or required", "[scenario][botan][rfc8446]") {
  auto const mine = certificate_for({"client.test"});
  auto const trusted = certificate_for({"client.test"});
  for (auto const wanted : {client_authentication::request, client_authentication::require}) {
    auto const refused = visit_with(&mine, trusted, wanted);
    CHECK_FALSE(refused.let_in);
    CHECK(refused.code >= alert(42));
    CHECK(refused.code <= alert(48));
  }
}
