// SPDX-License-Identifier: BSL-1.0
/// \file
/// Configurations of the Botan engine for tests, all trusting one authority.
#pragma once

#include "../../conformance/handshake_pair.hpp"
#include "authority.hpp"

#include <quoin/crypto/botan/handshake.hpp>

#include <catch2/catch_test_macros.hpp>

namespace quoin::testing {

using botan_pair = handshake_pair<botan_handshake>;
using botan_config_pointer = std::shared_ptr<botan_config const>;

inline authority const& test_authority() {
  static authority const made;
  return made;
}

inline issued_certificate const& localhost_certificate() {
  static issued_certificate const made = test_authority().issue("localhost");
  return made;
}

inline botan_settings client_settings() {
  botan_settings settings;
  settings.alpn = {"other", "test/1"};
  settings.ca_pem = test_authority().pem();
  settings.system_trust = false;
  return settings;
}

inline botan_settings server_settings(issued_certificate const& certificate = localhost_certificate()) {
  botan_settings settings;
  settings.alpn = {"test/1"};
  settings.certificate_chain_pem = certificate.chain_pem;
  settings.private_key_pem = certificate.key_pem;
  settings.system_trust = false;
  return settings;
}

inline botan_config_pointer made(botan_settings const& settings) {
  auto const config = make_botan_config(settings);
  if (!config) FAIL(config.error());
  return *config;
}

/// As one of several identities.
inline tls_identity as_identity(issued_certificate const& certificate) {
  tls_identity given;
  given.certificate_chain_pem = certificate.chain_pem;
  given.private_key_pem = certificate.key_pem;
  return given;
}

/// The subject that the client has seen, without what all have in common; empty when the handshake failed.
inline bool showed(botan_pair const& pair, std::string const& name) {
  auto const& who = pair.client.engine.peer();
  return pair.succeeded() && who && who->subject.find(name) != std::string::npos;
}

/// The first session that a client was given.
inline byte_vector session_of(botan_pair const& pair) {
  auto const at = pair.client.find(handshake_output::kind::session);
  REQUIRE(at);
  return pair.client.said[*at].bytes;
}

/// The types of the TLS messages that one end said at a level.
template <class Party>
std::vector<int> types_of(Party const& end, encryption_level level) {
  auto const all = end.sent(level);
  std::vector<int> types;
  for (std::size_t at = 0; at + 4 <= all.size(); at += 4U + 65536U * all[at + 1] + 256U * all[at + 2] + all[at + 3])
    types.push_back(all[at]);
  return types;
}

/// RFC 9001 4.4, 6: behind the handshake a server gives tickets (4), and nothing else is said. RFC 9001 8.3: that early
/// data end is not said at all.
inline void check_silence_behind(botan_pair const& pair) {
  for (auto const type : types_of(pair.server, encryption_level::one_rtt)) CHECK(type == 4);
  CHECK(pair.client.sent(encryption_level::one_rtt).empty());
  CHECK(pair.client.sent(encryption_level::early_data).empty());
  auto const last_words = types_of(pair.client, encryption_level::handshake);
  REQUIRE_FALSE(last_words.empty());
  CHECK(last_words.back() == 20);
  for (auto const type : last_words) CHECK(type != 5);
}

inline botan_pair joined(botan_settings const& client = client_settings(),
                         botan_settings const& server = server_settings(), std::string name = "localhost") {
  return {made(client), made(server), std::move(name)};
}

}  // namespace quoin::testing
