// SPDX-License-Identifier: BSL-1.0
// Who is who, as both ends of a connection see it, and with which code it ends when somebody is not believed.
#include "tls_couple.hpp"

using namespace quoin;
using namespace quoin::testing;

namespace {

tls_identity made_for(std::string const& name) {
  auto const made = make_self_signed_certificate({name});
  REQUIRE(made);
  tls_identity identity;
  identity.certificate_chain_pem = made->certificate_pem;
  identity.private_key_pem = made->private_key_pem;
  return identity;
}

/// A server with two names, and a client that trusts both certificates and has none itself.
struct two_names {
  two_names() {
    static_cast<tls_identity&>(server) = made_for("one.test");
    server.more_identities = {made_for("two.test")};
    static_cast<tls_identity&>(client) = {};
    client.ca_pem = server.certificate_chain_pem + server.more_identities[0].certificate_chain_pem;
  }

  botan_settings server = tls_settings();
  botan_settings client = tls_settings();
};

/// Both ends have ended with the same code, which one of them has found.
void check_ended(couple& both, std::uint64_t code, bool by_server) {
  REQUIRE(both.turn_until([&] { return both.at_client.closed == 1 && both.at_server.closed == 1; }));
  CHECK(both.at_client.ended.code == code);
  CHECK(both.at_server.ended.code == code);
  CHECK_FALSE(both.at_client.ended.application);
  auto const& found = by_server ? both.at_server.ended : both.at_client.ended;
  auto const& told = by_server ? both.at_client.ended : both.at_server.ended;
  CHECK(found.origin == event::close_origin::local);
  CHECK(told.origin == event::close_origin::peer);
  CHECK(told.frame_type == 6);  // CRYPTO
}

connection_type* only(endpoint_type& at) {
  connection_type* found = nullptr;
  at.for_each_connection([&](connection_type& each) { found = &each; });
  return found;
}

}  // namespace

TEST_CASE("a connection knows the name that was asked for and the certificate that was shown", "[endpoint][rfc6066]") {
  two_names names;
  for (auto const* const name : {"one.test", "two.test", "TWO.test"}) {
    couple both{names.server, names.client};
    auto& client = both.connect(name);
    REQUIRE(both.turn_until([&] { return both.at_client.connected == 1 && both.at_server.connected == 1; }));
    std::string const expected = std::string_view{name} == "TWO.test" ? "two.test" : name;
    REQUIRE(client.tls()->peer());
    CHECK(client.tls()->peer()->subject.find(expected) != std::string::npos);
    REQUIRE(only(*both.server) != nullptr);
    CHECK(only(*both.server)->tls()->server_name() == expected);
    CHECK(client.tls()->suite() == only(*both.server)->tls()->suite());
  }
}

TEST_CASE("a name that a server refuses ends the connection with unrecognized_name", "[endpoint][rfc6066]") {
  two_names names;
  names.server.refuse_unknown_names = true;
  couple both{names.server, names.client};
  both.connect("three.test");
  check_ended(both, 0x170, true);
}

TEST_CASE("a server that is not believed is told why", "[endpoint][rfc9001]") {
  two_names names;
  couple both{names.server, tls_settings()};
  both.connect("one.test");
  check_ended(both, 0x130, false);
  CHECK(both.at_client.ended.detail.find("one.test") != std::string::npos);
}

TEST_CASE("a client that lacks a certificate, or has a bad one, is told why",
          "[endpoint][rfc8446][cve_class_client_authentication]") {
  two_names names;
  auto const known = made_for("client.test");
  names.server.client_auth = client_authentication::require;
  names.server.client_ca_pem = known.certificate_chain_pem;
  SECTION("none") {
    couple both{names.server, names.client};
    both.connect("one.test");
    check_ended(both, 0x174, true);
    CHECK(both.at_server.connected == 0);
  }
  SECTION("one that nobody vouches for") {
    static_cast<tls_identity&>(names.client) = made_for("client.test");
    couple both{names.server, names.client};
    both.connect("one.test");
    check_ended(both, 0x130, true);
    CHECK(both.at_server.connected == 0);
  }
  SECTION("a good one") {
    static_cast<tls_identity&>(names.client) = known;
    couple both{names.server, names.client};
    auto& client = both.connect("two.test");
    REQUIRE(both.turn_until([&] { return both.at_client.connected == 1 && both.at_server.connected == 1; }));
    both.say(client, "let in");
    CHECK(both.turn_until([&] { return both.at_client.heard == 6; }));
    auto const who = only(*both.server)->tls()->peer();
    REQUIRE(who);
    CHECK(who->subject.find("client.test") != std::string::npos);
  }
}

TEST_CASE("credentials are renewed under a connection that goes on", "[endpoint]") {
  two_names names;
  auto const config = make_botan_config(names.server);
  REQUIRE(config);
  couple both{names.server, names.client};
  auto at = on_loopback(names.server, true);
  at.crypto = *config;
  both.server = std::make_unique<endpoint_type>(at);

  auto& early = both.connect("one.test");
  REQUIRE(both.turn_until([&] { return both.at_client.connected == 1 && both.at_server.connected == 1; }));
  auto renewed = names.server;
  static_cast<tls_identity&>(renewed) = names.server.more_identities[0];
  renewed.more_identities.clear();
  REQUIRE((*config)->renew(renewed));
  both.connect("one.test");
  REQUIRE(both.turn_until([&] { return both.at_client.closed == 1; }));
  CHECK(both.at_client.ended.code == 0x12a);  // what is shown now is for another name
  both.say(early, "still here");
  CHECK(both.turn_until([&] { return both.at_client.heard == 10; }));
}
